/** Corrects what files say of themselves: the date, the title and the description. */

import type { Item } from "../api-types";
import type { Deeds } from "../deeds";
import type { Gallery } from "../gallery";
import { CorrectMany } from "./many";
import { CorrectOne } from "./one";

export interface CorrectProps {
  items: readonly Item[];
  gallery: Gallery;
  deeds: Pick<Deeds, "tell" | "announce">;
  onClose: () => void;
}

export function CorrectDialog({ items, ...rest }: CorrectProps) {
  const [first] = items;
  if (items.length === 1 && first) return <CorrectOne item={first} {...rest} />;
  return <CorrectMany items={items} {...rest} />;
}
