/** What the tabs of one browser tell each other about who is signed in. */

export type News =
  | { kind: "signed-out" }
  /** In lower case. */
  | { kind: "signed-in"; email: string };

export interface Tabs {
  /** Tells all others. */
  tell(news: News): void;
  /** Calls with what others tell. */
  listen(listener: (news: News) => void): void;
}

const NAME = "contact-sheet-session";

/** The other tabs of this browser; nobody where it lets tabs not speak. */
export function browserTabs(): Tabs {
  if (typeof BroadcastChannel === "undefined") return { tell: () => undefined, listen: () => undefined };
  const channel = new BroadcastChannel(NAME);
  return {
    tell: (news) => channel.postMessage(news),
    listen: (listener) => {
      channel.addEventListener("message", ({ data }: MessageEvent<News>) => listener(data));
    },
  };
}
