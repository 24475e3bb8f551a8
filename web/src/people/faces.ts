/** A face of each person, asked for when it is to be seen, a few at a time. */

import * as api from "../api";
import type { PersonFace } from "../api-types";

const AT_ONCE = 4;

export class Faces {
  readonly #gallery: string;
  #asked = new Map<string, Promise<PersonFace | null>>();
  #waiting: (() => void)[] = [];
  #running = 0;

  constructor(gallery: string) {
    this.#gallery = gallery;
  }

  /** The newest face of a person that has a picture; null when there is none, or no answer. */
  of(person: string): Promise<PersonFace | null> {
    const asked = this.#asked.get(person) ?? this.#ask(person);
    this.#asked.set(person, asked);
    return asked;
  }

  /** Asks again the next time: the person's faces are others now. */
  forget(person: string): void {
    this.#asked.delete(person);
  }

  async #ask(person: string): Promise<PersonFace | null> {
    if (this.#running >= AT_ONCE) await new Promise<void>((go) => this.#waiting.push(go));
    this.#running += 1;
    try {
      const faces = await api.getFaces(person, this.#gallery, 1);
      return faces.find((face) => face.thumbnail_url ?? face.small_url) ?? null;
    } catch {
      this.forget(person); // the letter stands for the person until somebody looks again
      return null;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }
}
