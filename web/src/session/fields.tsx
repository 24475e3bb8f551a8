/** Fields of the forms about accounts and links, each with its name, a hint, and what is wrong. */

import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";

import { text } from "../text";
import { EyeIcon, EyeOffIcon } from "../widgets/icons";

interface Props {
  name: string;
  type?: "text" | "email" | "password";
  defaultValue?: string;
  autoComplete: string;
  inputMode?: "email" | "numeric";
  autoCapitalize?: "none";
  /** Whether it holds words of a language. */
  spellcheck?: boolean;
  maxLength?: number;
  /** Told whenever it changes. */
  onTyped?: (value: string) => void;
  label: string;
  hint?: ComponentChildren;
  /** What is wrong with it. */
  wrong: string | null;
  /** Whether it has the focus first. */
  isFirst?: boolean;
  /** Beside the field, in its box. */
  children?: ComponentChildren;
}

export function Field({ type = "text", ...props }: Props) {
  const { label, hint, wrong, isFirst = false, onTyped, children, ...input } = props;
  const id = useId();
  const told = [hint ? `${id}-hint` : "", wrong === null ? "" : `${id}-wrong`].filter(Boolean);
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <span class="field-box">
        <input
          {...input}
          type={type as "text"} // to Preact each type has another role
          id={id}
          onInput={({ currentTarget }) => onTyped?.(currentTarget.value)}
          class={children ? "field-input with-button" : "field-input"}
          aria-invalid={wrong !== null}
          aria-describedby={told.join(" ") || undefined}
          data-focus={isFirst || undefined}
        />
        {children}
      </span>
      {hint && (
        <p id={`${id}-hint`} class="field-hint">
          {hint}
        </p>
      )}
      {wrong !== null && (
        <p id={`${id}-wrong`} class="field-error" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

export function EmailField(props: Omit<Props, "type" | "name">) {
  return (
    <Field
      {...props}
      name="email"
      type="email"
      inputMode="email"
      autoCapitalize="none"
      spellcheck={false}
      maxLength={255}
    />
  );
}

/** A password that can be looked at while it is typed. */
export function PasswordField(props: Omit<Props, "type" | "children">) {
  const [isShown, setShown] = useState(false);
  const words = isShown ? text.signIn.hidePassword : text.signIn.showPassword;
  return (
    <Field
      {...props}
      type={isShown ? "text" : "password"}
      autoCapitalize="none"
      spellcheck={false}
      maxLength={256}
    >
      <button
        type="button"
        class="field-button"
        aria-label={words}
        title={words}
        onClick={() => setShown(!isShown)}
      >
        {isShown ? <EyeOffIcon /> : <EyeIcon />}
      </button>
    </Field>
  );
}

/** Whose password it is: not to be seen, but password managers keep it under this name. */
export function WhoseField({ email }: { email: string }) {
  return (
    <input
      class="visually-hidden"
      type="email"
      name="email"
      autoComplete="username"
      value={email}
      readOnly
      tabIndex={-1}
      aria-hidden="true"
    />
  );
}
