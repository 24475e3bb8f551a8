/** A state told in words, with a way out. */

import type { ComponentChildren } from "preact";

interface Props {
  title: string;
  hint?: ComponentChildren;
  action?: string;
  onAction?: () => void;
}

export function Message({ title, hint, action, onAction }: Props) {
  return (
    <div class="message" role="status">
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
