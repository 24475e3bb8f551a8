/** A question before something that can't be taken back. */

import type { ComponentChildren } from "preact";

import { text } from "../text";
import { Dialog } from "./dialog";

interface Props {
  title: string;
  /** What the button does, as a verb: "Delete 3 for good", never "OK". */
  action: string;
  isDangerous?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children?: ComponentChildren;
}

export function Confirm({ title, action, isDangerous, onConfirm, onClose, children }: Props) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button quiet" data-focus onClick={onClose}>
            {text.cancel}
          </button>
          <button
            type="button"
            class={`button${isDangerous ? " dangerous" : ""}`}
            onClick={() => {
              onClose(); // first, so that the focus is back before the deed moves it
              onConfirm();
            }}
          >
            {action}
          </button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
