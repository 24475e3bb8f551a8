/** Starts the page. */

import { render } from "preact";

import { App } from "./app";
import { Gallery } from "./gallery";
import { parseRoute } from "./route";
import { registerWorker } from "./worker/register";

const root = document.getElementById("page");
if (!root) throw new Error("index.html has no element #page");

history.scrollRestoration = "manual"; // the page keeps its own place
const gallery = new Gallery(parseRoute(location.pathname, location.search));
void gallery.reload();
render(<App gallery={gallery} />, root);
void registerWorker();
