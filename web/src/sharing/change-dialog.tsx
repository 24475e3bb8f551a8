/** Changes what a link shows, for how long, and to whom. */

import "../style/session.css";
import { changeShare } from "../api-access";
import type { Share } from "../api-types";
import { Form } from "../session/form";
import { useSubmission } from "../session/submission";
import { wordsOf } from "../session/wait";
import { text } from "../text";
import { Dialog } from "../widgets/dialog";
import { ShareFields } from "./fields";
import { problemOf, wishOf } from "./wish";
import { titleOf } from "./words";

const words = text.sharing;

interface Props {
  share: Share;
  onChanged: (share: Share) => void;
  onClose: () => void;
}

export function ChangeDialog({ share, onChanged, onClose }: Props) {
  const submission = useSubmission({
    check: problemOf,
    send: async (typed) => {
      onChanged(await changeShare(share.id, wishOf(typed)));
      onClose();
    },
    problemOf: (error) => ({ field: null, words: words.changeFailed(wordsOf(error, new Date())) }),
  });
  return (
    <Dialog title={words.changeTitle(titleOf(share))} stays onClose={onClose}>
      <Form submission={submission} action={words.save}>
        <ShareFields share={share} submission={submission} />
      </Form>
    </Dialog>
  );
}
