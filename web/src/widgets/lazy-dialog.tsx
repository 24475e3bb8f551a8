/** A dialog that is loaded when it is first needed; until then, and where that fails, one says so. */

import type { ComponentType } from "preact";

import { Dialog } from "./dialog";
import { Lazy } from "./lazy";

interface Props<Own extends { onClose: () => void }> {
  /** What is told in its place until it is there. */
  title: string;
  part: () => Promise<ComponentType<Own>>;
  props: Own;
}

export function LazyDialog<Own extends { onClose: () => void }>({ title, part, props }: Props<Own>) {
  return (
    <Lazy
      part={part}
      props={props}
      frame={(content) => (
        <Dialog title={title} onClose={props.onClose}>
          {content}
        </Dialog>
      )}
    />
  );
}
