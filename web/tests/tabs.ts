import type { News, Tabs } from "../src/session/tabs";

/** Tabs that hear each other at once. */
export function someTabs(count: number): Tabs[] {
  const listeners: ((news: News) => void)[][] = Array.from({ length: count }, () => []);
  return listeners.map((own) => ({
    tell: (news) => {
      for (const heard of listeners) if (heard !== own) for (const listener of heard) listener(news);
    },
    listen: (listener) => own.push(listener),
  }));
}
