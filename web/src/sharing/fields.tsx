/** What an owner says of a link: its name, its end, its password, and whether to give originals. */

import { useId, useState } from "preact/hooks";

import type { Share } from "../api-types";
import { Field } from "../session/fields";
import type { Submission } from "../session/submission";
import { text } from "../text";
import { DAYS, KEEP, NEVER, NEW, NONE, USUAL_DAYS } from "./wish";

const words = text.sharing;

interface Props {
  /** The link that is changed; null for a new one. */
  share: Share | null;
  submission: Submission;
}

export function ShareFields({ share, submission }: Props) {
  const hasPassword = share?.has_password ?? false;
  const [choice, setChoice] = useState(hasPassword ? KEEP : NEW);
  const expiries = [
    ...(share ? [{ value: KEEP, label: words.keepExpiry }] : []),
    ...DAYS.map((days) => ({ value: String(days), label: words.days(days) })),
    { value: NEVER, label: words.never },
  ];
  const choices = [
    { value: KEEP, label: words.passwordKept },
    { value: NEW, label: words.passwordNew },
    { value: NONE, label: words.passwordNone },
  ];
  return (
    <>
      <Field
        name="name"
        label={words.name}
        hint={words.nameHint}
        autoComplete="off"
        maxLength={100}
        defaultValue={share?.name ?? ""}
        wrong={submission.wrongOf("name")}
        isFirst
      />
      <Choice
        name="expiry"
        label={words.expiry}
        choices={expiries}
        initial={share ? KEEP : String(USUAL_DAYS)}
      />
      {hasPassword && (
        <Choice
          name="password_choice"
          label={words.password}
          choices={choices}
          initial={KEEP}
          onChoose={setChoice}
        />
      )}
      {choice === NEW && (
        // to be read and passed on: not hidden, and nothing for a password manager
        <Field
          name="password"
          label={hasPassword ? words.passwordNew : words.password}
          hint={words.passwordHint}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          maxLength={256}
          wrong={submission.wrongOf("password")}
        />
      )}
      <label class="field-check">
        <input type="checkbox" name="may_download" defaultChecked={share?.may_download ?? false} />
        <span>{words.mayDownload}</span>
      </label>
    </>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  choices: readonly { value: string; label: string }[];
  initial: string;
  onChoose?: (value: string) => void;
}

function Choice({ name, label, choices, initial, onChoose }: ChoiceProps) {
  const id = useId();
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <select
        id={id}
        name={name}
        class="field-input"
        onChange={({ currentTarget }) => onChoose?.(currentTarget.value)}
      >
        {choices.map(({ value, label: said }) => (
          <option key={value} value={value} selected={value === initial}>
            {said}
          </option>
        ))}
      </select>
    </div>
  );
}
