/** A real form, which password managers know; what it says is sent by the page itself. */

import type { ComponentChildren } from "preact";

import type { Submission } from "./submission";

interface Props {
  submission: Submission;
  /** What its button says. */
  action: string;
  /** Ways elsewhere, below the button. */
  foot?: ComponentChildren;
  children: ComponentChildren;
}

export function Form({ submission, action, foot, children }: Props) {
  const { isBusy, problem, onSubmit } = submission;
  return (
    <form class="doorstep-form" method="post" noValidate onSubmit={onSubmit}>
      {children}
      {problem?.field === null && (
        <p class="field-error" role="alert">
          {problem.words}
        </p>
      )}
      <button type="submit" class="button" aria-disabled={isBusy}>
        {action}
      </button>
      {foot && <div class="doorstep-foot">{foot}</div>}
    </form>
  );
}
