/** A question before signing out ends what is on its way. */

import { text } from "../text";
import { Confirm } from "../widgets/confirm";
import type { Owner } from "./owner";
import { signOut } from "./sign-out";

const words = text.account;

interface Props {
  owner: Owner;
  tell: (words: string) => void;
  onClose: () => void;
}

export function SignOutDialog({ owner, tell, onClose }: Props) {
  return (
    <Confirm
      title={words.stillUploading}
      action={words.signOut}
      onConfirm={() => void signOut(owner).catch(() => tell(words.signOutFailed))}
      onClose={onClose}
    >
      <p>{words.stillUploadingHint}</p>
    </Confirm>
  );
}
