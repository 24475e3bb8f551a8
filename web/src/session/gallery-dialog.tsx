/** Makes another gallery of one's own. */

import "../style/session.css";
import { createGallery } from "../api-access";
import { timelineOf, type Route } from "../route";
import { text } from "../text";
import { Dialog } from "../widgets/dialog";
import { problemIn } from "./checks";
import { Field } from "./fields";
import { Form } from "./form";
import type { Owner } from "./owner";
import { useSubmission } from "./submission";
import { wordsOf } from "./wait";

const words = text.account;

interface Props {
  owner: Owner;
  go: (route: Partial<Route>) => void;
  tell: (words: string) => void;
  onClose: () => void;
}

export function GalleryDialog({ owner, go, tell, onClose }: Props) {
  const submission = useSubmission({
    check: (typed) => problemIn(typed, ["name"]),
    send: async (typed) => {
      const made = await createGallery((typed.name ?? "").trim());
      await owner.load();
      go(timelineOf(made.id));
      tell(words.created(made.name));
      onClose();
    },
    problemOf: (error) => ({
      field: null,
      words: error.code === "conflict" ? words.tooMany : wordsOf(error, new Date()),
    }),
  });
  return (
    <Dialog title={words.newGallery} stays onClose={onClose}>
      <Form submission={submission} action={words.create}>
        <Field
          name="name"
          label={words.galleryName}
          autoComplete="off"
          maxLength={100}
          wrong={submission.wrongOf("name")}
          isFirst
        />
      </Form>
    </Dialog>
  );
}
