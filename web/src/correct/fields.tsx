/** Fields of the correcting dialogs. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

import { text } from "../text";

const words = text.correcting;

export const MAX_TITLE = 1_000;
export const MAX_DESCRIPTION = 10_000;

interface FieldProps {
  label: string;
  class?: string;
  children: (id: string) => ComponentChildren;
}

export function Field({ label, children, ...rest }: FieldProps) {
  const id = useId();
  return (
    <div class={`field ${rest.class ?? ""}`}>
      <label class="field-label" for={id}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}

interface MomentProps {
  date: string;
  time: string;
  disabled?: boolean;
  /** Whether the date is no day of the calendar. */
  isWrong: boolean;
  onDate: (date: string) => void;
  onTime: (time: string) => void;
}

/** A day and a time of day. */
export function MomentFields({ date, time, disabled, isWrong, onDate, onTime }: MomentProps) {
  return (
    <div class="field-row">
      <Field label={words.date}>
        {(id) => (
          <input
            id={id}
            class="field-input"
            type="date"
            min="0001-01-01"
            max="9999-12-31"
            value={date}
            disabled={disabled}
            aria-invalid={isWrong}
            onInput={(event) => onDate(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label={words.time}>
        {(id) => (
          <input
            id={id}
            class="field-input"
            type="time"
            step={1}
            value={time}
            disabled={disabled}
            onInput={(event) => onTime(event.currentTarget.value)}
          />
        )}
      </Field>
    </div>
  );
}

/** One line of a problem, read out when it appears. */
export function Problem({ children }: { children: ComponentChildren }) {
  return (
    <div role="alert">{children && <p class="field-error">{children}</p>}</div>
  );
}
