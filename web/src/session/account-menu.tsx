/** Who is signed in, their galleries, and what they can do about both. */

import "../style/account.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { JSX } from "preact";

import { ApiError, sessionIsRenewed } from "../request";
import { timelineOf, type Route } from "../route";
import { text } from "../text";
import { useChanges } from "../use-changes";
import type { AccountDialog } from "../widgets/account";
import { AddIcon, CheckIcon, KeyIcon, PeopleIcon, PictureIcon, SignOutIcon } from "../widgets/icons";
import { Link } from "../widgets/link";
import { moveFocus } from "../widgets/menu";
import type { Owner } from "./owner";
import { isBusy, signOut } from "./sign-out";

const words = text.account;

interface Props {
  owner: Owner;
  /** Id of the one that is shown. */
  galleryId: string;
  go: (route: Partial<Route>) => void;
  close: () => void;
  open: (dialog: AccountDialog) => void;
  tell: (words: string) => void;
}

export function AccountMenu({ owner, galleryId, go, close, open, tell }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  const hasFailed = useSession(owner);
  const { session } = owner;
  useEffect(() => {
    // opened by the keyboard or not: arrow keys go on from the first entry
    menu.current?.querySelector<HTMLElement>(".menu-item")?.focus();
  }, [session === null]);

  const button = (name: string, Icon: () => JSX.Element, act: () => void) => (
    <button
      type="button"
      class="menu-item"
      onClick={() => {
        close(); // first, so that a dialog that opens gives the focus back to the menu's button
        act();
      }}
    >
      <Icon />
      <span class="menu-name">{name}</span>
    </button>
  );
  const goTo = async (to: Partial<Route>): Promise<void> => {
    try {
      // photos of a gallery that came since the last renewal have no cookies yet
      await sessionIsRenewed();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the list says what is wrong
    }
    go(to);
  };
  const leave = (): void => {
    if (isBusy()) open("sign-out");
    else signOut(owner).catch(() => tell(words.signOutFailed));
  };

  if (!session) {
    return (
      <p class="account-words" role="status">
        {hasFailed ? words.failed : words.loading}
      </p>
    );
  }
  const { galleries, email } = session;
  const isTheirs = galleries.some(({ id }) => id === galleryId);
  return (
    <div ref={menu} class="menu" onKeyDown={moveFocus}>
      <p class="account-words">{email}</p>
      {galleries.length > 1 && (
        <nav aria-label={words.galleries}>
          {galleries.map(({ id, name }) => (
            <Link
              key={id}
              class="menu-item"
              to={timelineOf(id)}
              go={(to) => void goTo(to)}
              onFollow={close}
              current={id === galleryId}
            >
              {id === galleryId ? <CheckIcon /> : <PictureIcon />}
              <span class="menu-name">{name}</span>
            </Link>
          ))}
        </nav>
      )}
      <hr />
      {isTheirs && button(words.owners, PeopleIcon, () => open("owners"))}
      {button(words.newGallery, AddIcon, () => open("gallery"))}
      <hr />
      {button(words.changePassword, KeyIcon, () => open("password"))}
      {button(words.signOut, SignOutIcon, leave)}
    </div>
  );
}

/** Asks who is signed in where nobody has said so yet; whether there was no answer. */
function useSession(owner: Owner): boolean {
  const [hasFailed, setFailed] = useState(false);
  useChanges(owner);
  useEffect(() => {
    if (owner.session) return;
    owner.load().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setFailed(true);
    });
  }, [owner]);
  return hasFailed;
}
