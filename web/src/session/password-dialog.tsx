/** Another password, by the one until now. */

import "../style/session.css";
import { changePassword } from "../api-access";
import { text } from "../text";
import { Dialog } from "../widgets/dialog";
import { problemIn } from "./checks";
import { PasswordField, WhoseField } from "./fields";
import { Form } from "./form";
import { useSubmission } from "./submission";
import { wordsOf } from "./wait";

const words = text.account;

interface Props {
  /** Whose it is, for password managers. */
  email: string;
  tell: (words: string) => void;
  onClose: () => void;
}

export function PasswordDialog({ email, tell, onClose }: Props) {
  const submission = useSubmission({
    check: (typed) => problemIn(typed, ["old", "new"]),
    send: async (typed) => {
      await changePassword(typed.old ?? "", typed.new ?? "");
      tell(words.passwordChanged);
      onClose();
    },
    problemOf: (error) => {
      if (error.code === "sign_in_refused") return { field: "old", words: words.oldRefused };
      if (error.code === "invalid_parameter") return { field: "new", words: text.signIn.tooWeak };
      return { field: null, words: wordsOf(error, new Date()) };
    },
  });
  return (
    <Dialog title={words.changePassword} stays onClose={onClose}>
      <Form submission={submission} action={words.save}>
        <WhoseField email={email} />
        <PasswordField
          name="old"
          label={words.oldPassword}
          autoComplete="current-password"
          wrong={submission.wrongOf("old")}
          isFirst
        />
        <PasswordField
          name="new"
          label={text.signIn.newPassword}
          hint={text.signIn.rules}
          autoComplete="new-password"
          wrong={submission.wrongOf("new")}
        />
      </Form>
    </Dialog>
  );
}
