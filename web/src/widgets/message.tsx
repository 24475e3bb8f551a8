/** A state told in words, with a way out. */

import type { ComponentChildren } from "preact";

interface Props {
  title: string;
  hint?: ComponentChildren;
  action?: string;
  onAction?: () => void;
  /** Something is on its way. */
  isBusy?: boolean;
}

export function Message({ title, hint, action, onAction, isBusy }: Props) {
  return (
    <div class="message" role="status">
      {isBusy && <span class="spinner" />}
      <p class="message-title">{title}</p>
      {hint && <p class="message-hint">{hint}</p>}
      {action && (
        <button type="button" class="button" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  );
}
