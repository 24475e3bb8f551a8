/** A form that is sent by the page itself: one at a time, and what went wrong is told where. */

import { useRef, useState } from "preact/hooks";

import { ApiError } from "../request";
import { useIsGone } from "../use-is-gone";

/** What is wrong, and with which field; null for all of it. */
export interface Problem {
  field: string | null;
  words: string;
}

/** What was typed, by the names of the fields. */
export type Typed = Record<string, string>;

export interface Submission {
  isBusy: boolean;
  problem: Problem | null;
  /** Words about a field, where something is wrong with it. */
  wrongOf: (field: string) => string | null;
  onSubmit: (event: SubmitEvent) => void;
}

interface Ways {
  /** What is missing or can't be right; null where it may be sent. */
  check: (typed: Typed) => Problem | null;
  send: (typed: Typed) => Promise<void>;
  /** What an error of `send` means. */
  problemOf: (error: ApiError) => Problem;
}

export function useSubmission({ check, send, problemOf }: Ways): Submission {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isSending = useRef(false);
  const isGone = useIsGone();

  const tell = (form: HTMLFormElement, wrong: Problem): void => {
    setProblem(wrong);
    const field = wrong.field === null ? null : form.elements.namedItem(wrong.field);
    if (!(field instanceof HTMLInputElement)) return;
    field.focus();
    field.select();
  };
  const submit = async (form: HTMLFormElement): Promise<void> => {
    if (isSending.current) return;
    // not what was last drawn: password managers fill fields without telling
    const typed = typedIn(form);
    const wrong = check(typed);
    if (wrong) return tell(form, wrong);
    isSending.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await send(typed);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (!isGone.current) tell(form, problemOf(error));
    } finally {
      isSending.current = false;
      if (!isGone.current) setBusy(false);
    }
  };

  return {
    isBusy,
    problem,
    wrongOf: (field) => (problem?.field === field ? problem.words : null),
    onSubmit: (event) => {
      event.preventDefault();
      if (event.currentTarget instanceof HTMLFormElement) void submit(event.currentTarget);
    },
  };
}

function typedIn(form: HTMLFormElement): Typed {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)] as const);
  return Object.fromEntries(entries);
}
