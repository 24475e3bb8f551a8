/** Signing in: by a password, by the first one of one's own, or by a new one for a forgotten one. */

import { useState } from "preact/hooks";

import { chooseFirstPassword, resetPassword, sendCode, signIn } from "../api-access";
import { ApiError } from "../request";
import { text } from "../text";
import { problemIn } from "./checks";
import { Doorstep } from "./doorstep";
import { EmailField, Field, PasswordField, WhoseField } from "./fields";
import { Form } from "./form";
import type { Owner } from "./owner";
import { useSubmission, type Problem } from "./submission";
import { wordsOf } from "./wait";

const words = text.signIn;

type Step =
  | { name: "sign-in" }
  /** The password was for once; its session is sent back with the first one of their own. */
  | { name: "first"; session: string }
  | { name: "forgot" }
  | { name: "reset" };

interface Props {
  owner: Pick<Owner, "signedIn">;
}

/** What every step gets. */
interface StepProps {
  /** As it was typed last. */
  email: string;
  setEmail: (email: string) => void;
  go: (step: Step, note?: string) => void;
  signedIn: (email: string) => void;
}

export function SignInPage({ owner }: Props) {
  const [email, setEmail] = useState("");
  const [step, setStep] = useState<Step>({ name: "sign-in" });
  const [note, setNote] = useState<string | null>(null);
  const props: StepProps = {
    email,
    setEmail,
    go: (next, said) => {
      setStep(next);
      setNote(said ?? null);
    },
    signedIn: (whose) => owner.signedIn(whose),
  };
  const titles = {
    "sign-in": words.title,
    first: words.firstTitle,
    forgot: words.forgotTitle,
    reset: words.resetTitle,
  };
  const hints = {
    "sign-in": null,
    first: words.firstHint,
    forgot: words.forgotHint,
    reset: words.resetHint(email),
  };
  return (
    <Doorstep title={titles[step.name]} hint={hints[step.name]}>
      {note !== null && (
        <p class="doorstep-note" role="alert">
          {note}
        </p>
      )}
      {step.name === "sign-in" && <SignIn {...props} />}
      {step.name === "first" && <FirstPassword {...props} session={step.session} />}
      {step.name === "forgot" && <Forgot {...props} />}
      {step.name === "reset" && <Reset {...props} />}
    </Doorstep>
  );
}

function SignIn({ email, setEmail, go, signedIn }: StepProps) {
  const submission = useSubmission({
    check: (typed) => problemIn(typed, ["email", "password"]),
    send: async (typed) => {
      const whose = (typed.email ?? "").trim();
      setEmail(whose);
      const { state, session } = await signIn(whose, typed.password ?? "");
      if (state === "signed_in") signedIn(whose);
      else go({ name: "first", session: session ?? "" });
    },
    problemOf: (error) =>
      error.code === "sign_in_refused"
        ? { field: "password", words: words.refused }
        : problemOf(error),
  });
  return (
    <Form
      submission={submission}
      action={words.signIn}
      foot={
        <button type="button" class="text-button" onClick={() => go({ name: "forgot" })}>
          {words.forgotten}
        </button>
      }
    >
      <EmailField
        label={words.email}
        autoComplete="username"
        defaultValue={email}
        onTyped={setEmail}
        wrong={submission.wrongOf("email")}
        isFirst={email === ""}
      />
      <PasswordField
        name="password"
        label={words.password}
        autoComplete="current-password"
        wrong={submission.wrongOf("password")}
        isFirst={email !== ""}
      />
    </Form>
  );
}

function FirstPassword({ email, session, go, signedIn }: StepProps & { session: string }) {
  const submission = useSubmission({
    check: (typed) => problemIn(typed, ["new"]),
    send: async (typed) => {
      await chooseFirstPassword(email, session, typed.new ?? "");
      signedIn(email);
    },
    problemOf: (error) => {
      // the pool gives some minutes for it
      if (error.code === "sign_in_refused") go({ name: "sign-in" }, words.overFirst);
      return problemOf(error);
    },
  });
  return (
    <Form submission={submission} action={words.saveFirst}>
      <WhoseField email={email} />
      <NewPassword wrong={submission.wrongOf("new")} isFirst />
    </Form>
  );
}

function Forgot({ email, setEmail, go }: StepProps) {
  const submission = useSubmission({
    check: (typed) => problemIn(typed, ["email"]),
    send: async (typed) => {
      const whose = (typed.email ?? "").trim();
      setEmail(whose);
      await sendCode(whose);
      go({ name: "reset" });
    },
    problemOf,
  });
  return (
    <Form submission={submission} action={words.send} foot={<Back go={go} />}>
      <EmailField
        label={words.email}
        autoComplete="username"
        defaultValue={email}
        onTyped={setEmail}
        wrong={submission.wrongOf("email")}
        isFirst
      />
    </Form>
  );
}

function Reset({ email, go, signedIn }: StepProps) {
  const [note, setNote] = useState<string | null>(null);
  const submission = useSubmission({
    check: (typed) => problemIn(typed, ["code", "new"]),
    send: async (typed) => {
      setNote(null);
      const password = typed.new ?? "";
      await resetPassword(email, (typed.code ?? "").trim(), password);
      await signIn(email, password);
      signedIn(email);
    },
    problemOf: (error) =>
      error.code === "sign_in_refused" ? { field: "code", words: words.codeRefused } : problemOf(error),
  });
  const again = async (): Promise<void> => {
    setNote(null);
    try {
      await sendCode(email);
      setNote(words.sentAgain);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setNote(wordsOf(error, new Date()));
    }
  };
  return (
    <Form
      submission={submission}
      action={words.save}
      foot={
        <>
          <button type="button" class="text-button" onClick={() => void again()}>
            {words.again}
          </button>
          <Back go={go} />
        </>
      }
    >
      <WhoseField email={email} />
      <Field
        name="code"
        label={words.code}
        autoComplete="one-time-code"
        inputMode="numeric"
        maxLength={12}
        wrong={submission.wrongOf("code")}
        isFirst
      />
      <NewPassword wrong={submission.wrongOf("new")} />
      <p class="doorstep-said" role="status">
        {note}
      </p>
    </Form>
  );
}

function NewPassword(props: { wrong: string | null; isFirst?: boolean }) {
  return (
    <PasswordField
      {...props}
      name="new"
      label={words.newPassword}
      hint={words.rules}
      autoComplete="new-password"
    />
  );
}

function Back({ go }: Pick<StepProps, "go">) {
  return (
    <button type="button" class="text-button" onClick={() => go({ name: "sign-in" })}>
      {words.back}
    </button>
  );
}

/** What an error means on any of these forms. */
function problemOf(error: ApiError): Problem {
  const { parameter } = error.details;
  if (error.code === "invalid_parameter") {
    if (parameter === "email") return { field: "email", words: words.badEmail };
    if (parameter === "code") return { field: "code", words: words.codeHint };
    return { field: "new", words: words.tooWeak };
  }
  return { field: null, words: wordsOf(error, new Date()) };
}
