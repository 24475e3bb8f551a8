/** The button of whoever is signed in, and the dialogs that its menu opens. */

import { useState } from "preact/hooks";

import type { Route } from "../route";
import type { Owner } from "../session/owner";
import { text } from "../text";
import { PersonIcon } from "./icons";
import { Lazy, partOf } from "./lazy";
import { LazyDialog } from "./lazy-dialog";
import { Popover } from "./popover";

const menuPart = partOf(async () => (await import("../session/account-menu")).AccountMenu);
const passwordPart = partOf(async () => (await import("../session/password-dialog")).PasswordDialog);
const ownersPart = partOf(async () => (await import("../session/owners-dialog")).OwnersDialog);
const galleryPart = partOf(async () => (await import("../session/gallery-dialog")).GalleryDialog);
const signOutPart = partOf(async () => (await import("../session/sign-out-dialog")).SignOutDialog);

export type AccountDialog = "password" | "owners" | "gallery" | "sign-out";

interface Props {
  owner: Owner;
  route: Route;
  go: (route: Partial<Route>) => void;
  tell: (words: string) => void;
}

export function Account({ owner, route, go, tell }: Props) {
  const [dialog, setDialog] = useState<AccountDialog | null>(null);
  const onClose = (): void => setDialog(null);
  const words = text.account;
  return (
    <>
      <Popover
        label={words.label}
        icon={PersonIcon}
        onNear={() => void menuPart().catch(() => undefined)}
      >
        {(close) => (
          <Lazy
            part={menuPart}
            props={{ owner, galleryId: route.gallery, go, close, open: setDialog, tell }}
          />
        )}
      </Popover>
      {dialog === "password" && (
        <LazyDialog
          title={words.changePassword}
          part={passwordPart}
          props={{ email: owner.session?.email ?? "", tell, onClose }}
        />
      )}
      {dialog === "owners" && (
        <LazyDialog
          title={words.owners}
          part={ownersPart}
          props={{ owner, galleryId: route.gallery, go, tell, onClose }}
        />
      )}
      {dialog === "gallery" && (
        <LazyDialog title={words.newGallery} part={galleryPart} props={{ owner, go, tell, onClose }} />
      )}
      {dialog === "sign-out" && (
        <LazyDialog title={words.stillUploading} part={signOutPart} props={{ owner, tell, onClose }} />
      )}
    </>
  );
}
