/** A link to another place of the gallery, which goes there without loading the page anew. */

import type { ComponentChildren } from "preact";

import { formatRoute, type Route } from "../route";

interface Props {
  to: Route;
  go: (route: Partial<Route>) => void;
  class: string;
  label?: string | undefined;
  current?: boolean;
  /** After it was followed here: menus close. */
  onFollow?: () => void;
  focus?: boolean;
  children: ComponentChildren;
}

export function Link({ to, go, label, current, onFollow, focus, children, ...rest }: Props) {
  return (
    <a
      class={rest.class}
      href={formatRoute(to)}
      aria-label={label}
      title={label}
      aria-current={current ? "page" : undefined}
      data-focus={focus || undefined}
      onClick={(event) => {
        // a new tab or window is the browser's
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(to);
        onFollow?.();
      }}
    >
      {children}
    </a>
  );
}
