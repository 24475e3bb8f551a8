/** By how much dates are moved, and in which direction. */

import { text } from "../text";
import { Field } from "./fields";
import type { Span } from "./wall-clock";

const words = text.correcting;

const UNITS = [
  { unit: "days", most: 3_652_058 }, // from the year 1 to 9999
  { unit: "hours", most: 9_999 },
  { unit: "minutes", most: 9_999 },
  { unit: "seconds", most: 9_999 },
] as const;

export function ShiftFields({ span, onSpan }: { span: Span; onSpan: (span: Span) => void }) {
  return (
    <div class="field-row shift">
      <Field label={words.direction} class="shift-direction">
        {(id) => (
          <select
            id={id}
            class="field-input"
            value={span.isEarlier ? "earlier" : "later"}
            onChange={(event) =>
              onSpan({ ...span, isEarlier: event.currentTarget.value === "earlier" })
            }
          >
            <option value="later">{words.later}</option>
            <option value="earlier">{words.earlier}</option>
          </select>
        )}
      </Field>
      {UNITS.map(({ unit, most }) => (
        <Field key={unit} label={words[unit]}>
          {(id) => (
            <input
              id={id}
              class="field-input"
              type="number"
              inputMode="numeric"
              min={0}
              max={most}
              step={1}
              value={span[unit] === 0 ? "" : span[unit]}
              placeholder="0"
              onInput={({ currentTarget: { value } }) =>
                onSpan({ ...span, [unit]: whole(value, most) })
              }
            />
          )}
        </Field>
      ))}
    </div>
  );
}

function whole(value: string, most: number): number {
  const number = Math.trunc(Number(value));
  return Number.isFinite(number) ? Math.min(Math.max(number, 0), most) : 0;
}
