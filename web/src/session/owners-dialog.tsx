/** Whose a gallery is, too: inviting somebody, and taking somebody out. */

import "../style/session.css";
import "../style/account.css";
import { useEffect, useState } from "preact/hooks";

import { getGalleries, inviteOwner, removeOwner } from "../api-access";
import type { OwnedGallery } from "../api-types";
import { ApiError } from "../request";
import { MAIN_GALLERY, timelineOf, type Route } from "../route";
import { text } from "../text";
import { Confirm } from "../widgets/confirm";
import { Dialog } from "../widgets/dialog";
import { CloseIcon } from "../widgets/icons";
import { Message } from "../widgets/message";
import { problemIn } from "./checks";
import { EmailField } from "./fields";
import { Form } from "./form";
import type { Owner } from "./owner";
import { useSubmission } from "./submission";
import { wordsOf } from "./wait";

const words = text.account;

type Person = OwnedGallery["owners"][number];

interface Props {
  owner: Owner;
  galleryId: string;
  go: (route: Partial<Route>) => void;
  tell: (words: string) => void;
  onClose: () => void;
}

export function OwnersDialog({ owner, galleryId, go, tell, onClose }: Props) {
  const { gallery, setGallery, error, load } = useGallery(galleryId);
  const [leaving, setLeaving] = useState<Person | null>(null);
  /** Moves when a form is to be empty again. */
  const [invited, setInvited] = useState(0);
  const isMe = (person: Person): boolean => person.id === owner.session?.id;

  const submission = useSubmission({
    check: (typed) => problemIn(typed, ["email"]),
    send: async (typed) => {
      const email = (typed.email ?? "").trim();
      setGallery(await inviteOwner(galleryId, email));
      setInvited(invited + 1);
      tell(words.invited(email));
    },
    problemOf: (problem) => {
      if (problem.code === "invalid_parameter") return { field: "email", words: text.signIn.badEmail };
      if (problem.code === "conflict") return { field: "email", words: words.noRoom };
      return { field: null, words: wordsOf(problem, new Date()) };
    },
  });

  const remove = async (person: Person): Promise<void> => {
    try {
      const left = await removeOwner(galleryId, person.id);
      tell(words.removed(person.email));
      if (!isMe(person)) return setGallery(left);
      onClose();
      const { galleries } = await owner.load();
      go(timelineOf(galleries[0]?.id ?? MAIN_GALLERY));
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      tell(wordsOf(problem, new Date()));
    }
  };

  return (
    <Dialog title={words.owners} stays onClose={onClose}>
      {!gallery ? (
        <div class="owners-message">
          {error ? (
            <Message
              title={words.ownersFailed}
              hint={text.reason(error.code, error.message)}
              action={text.retry}
              onAction={load}
            />
          ) : (
            <Message title={words.ownersLoading} isBusy />
          )}
        </div>
      ) : (
        <>
          <p>{words.ownersHint}</p>
          <ul class="owners">
            {gallery.owners.map((person) => (
              <li key={person.id} class="owner">
                <span class="owner-email">{person.email}</span>
                {isMe(person) && <span class="owner-note">{words.you}</span>}
                {gallery.owners.length > 1 && (
                  <button
                    type="button"
                    class="round"
                    aria-label={words.remove(person.email)}
                    title={words.remove(person.email)}
                    onClick={() => setLeaving(person)}
                  >
                    <CloseIcon />
                  </button>
                )}
              </li>
            ))}
          </ul>
          <Form key={invited} submission={submission} action={words.invite}>
            <EmailField
              label={words.inviteEmail}
              hint={words.inviteHint}
              autoComplete="off"
              wrong={submission.wrongOf("email")}
              isFirst
            />
          </Form>
        </>
      )}
      {leaving && (
        <Confirm
          title={isMe(leaving) ? words.leaveTitle : words.removeTitle(leaving.email)}
          action={isMe(leaving) ? words.leaveDeed : words.removeDeed}
          isDangerous
          onConfirm={() => void remove(leaving)}
          onClose={() => setLeaving(null)}
        >
          <p>{isMe(leaving) ? words.leaveHint : words.removeHint}</p>
        </Confirm>
      )}
    </Dialog>
  );
}

function useGallery(id: string) {
  const [gallery, setGallery] = useState<OwnedGallery | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const load = (): void => {
    setError(null);
    getGalleries().then(
      (all) => setGallery(all.find((one) => one.id === id) ?? null),
      (problem: unknown) => {
        if (!(problem instanceof ApiError)) throw problem;
        setError(problem);
      },
    );
  };
  useEffect(load, [id]);
  return { gallery, setGallery, error, load };
}
