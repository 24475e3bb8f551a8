/** Starts the page. */

import { render } from "preact";

import { Gallery } from "./gallery";
import { renewSessionBy } from "./request";
import { parseRoute, type Route } from "./route";
import { Owner } from "./session/owner";
import { OwnerPage } from "./session/owner-page";
import { browserTabs } from "./session/tabs";
import { Lazy, partOf } from "./widgets/lazy";
import { registerWorker } from "./worker/register";

/** Guests need what owners don't, and owners come more often. */
const guestPart = partOf(async () => (await import("./guests/page")).GuestPage);

const root = document.getElementById("page");
if (!root) throw new Error("index.html has no element #page");

history.scrollRestoration = "manual"; // the page keeps its own place
const route = parseRoute(location.pathname, location.search);
if (route.share === null) showOwnerPage(route, root);
else render(<Lazy part={guestPart} props={{ token: route.share }} />, root);
void registerWorker();

function showOwnerPage(first: Route, root: HTMLElement): void {
  const owner = new Owner(browserTabs(), { reload: () => location.reload() });
  renewSessionBy(() => owner.renew());
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted && owner.hasLeft) location.reload(); // Back, to a page of somebody who signed out
  });
  const gallery = new Gallery(first);
  void gallery.reload();
  render(<OwnerPage owner={owner} gallery={gallery} />, root);
}
