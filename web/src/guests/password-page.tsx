/** Asks for the password of a link. */

import { PasswordField } from "../session/fields";
import { problemIn } from "../session/checks";
import { Doorstep } from "../session/doorstep";
import { Form } from "../session/form";
import { useSubmission } from "../session/submission";
import { wordsOf } from "../session/wait";
import { text } from "../text";
import type { Visit } from "./visit";

const words = text.guest;

export function PasswordPage({ visit }: { visit: Pick<Visit, "unlock"> }) {
  const submission = useSubmission({
    check: (typed) => problemIn(typed, ["password"]),
    send: (typed) => visit.unlock(typed.password ?? ""),
    problemOf: (error) =>
      error.code === "password_required"
        ? { field: "password", words: words.refused }
        : { field: null, words: wordsOf(error, new Date()) },
  });
  return (
    <Doorstep title={words.passwordTitle} hint={words.passwordHint}>
      <Form submission={submission} action={words.open}>
        <PasswordField
          name="password"
          label={text.signIn.password}
          autoComplete="off"
          wrong={submission.wrongOf("password")}
          isFirst
        />
      </Form>
    </Doorstep>
  );
}
