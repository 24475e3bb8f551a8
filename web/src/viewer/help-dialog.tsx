/** All keys that do something. */

import "../style/help.css";
import type { Guest } from "../guest";
import { text } from "../text";
import { Dialog } from "../widgets/dialog";
import { isFor, PAGE_SHORTCUTS, UNDO, VIEWER_SHORTCUTS, type Shortcut } from "./shortcuts";

const words = text.shortcuts;
type Command = keyof typeof words.commands;

interface Props {
  /** Who looks by a link; null for an owner. */
  guest: Guest | null;
  onClose: () => void;
}

export function HelpDialog({ guest, onClose }: Props) {
  const isThere = ({ command }: Shortcut<Command>): boolean => isFor(guest, command);
  return (
    <Dialog title={words.title} onClose={onClose} wide>
      <div class="shortcuts">
        <Group title={words.page} shortcuts={PAGE_SHORTCUTS.filter(isThere)} />
        <Group title={words.viewer} shortcuts={[...VIEWER_SHORTCUTS, UNDO].filter(isThere)} />
      </div>
    </Dialog>
  );
}

function Group(props: { title: string; shortcuts: readonly Shortcut<Command>[] }) {
  return (
    <section class="shortcut-group">
      <h3>{props.title}</h3>
      <dl>
        {props.shortcuts.map(({ command, keys }) => (
          <div key={command} class="shortcut">
            <dt>{words.commands[command]}</dt>
            <dd>
              {/* one of several keys is enough to know */}
              {keys.slice(0, 1).flatMap((key) => namesOf(key)).map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** `Shift+f` as the keyboard says it: Shift, F. */
function namesOf(key: string): string[] {
  const parts = key.length > 1 ? key.split("+").filter(Boolean) : [key];
  return parts.map((part) => words.keys[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}
