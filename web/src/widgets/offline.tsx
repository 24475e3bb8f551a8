/** Says that there is no network, as long as there is none. */

import { useEffect, useState } from "preact/hooks";

import { text } from "../text";
import { WarningIcon } from "./icons";

/** For how long it says that the network is back. */
const BACK_MS = 3_000;

export function Offline() {
  const [said, setSaid] = useState<"nothing" | "gone" | "back">(
    navigator.onLine ? "nothing" : "gone",
  );
  useEffect(() => {
    const onOffline = (): void => setSaid("gone");
    const onOnline = (): void => setSaid("back");
    window.addEventListener("offline", onOffline);
    window.addEventListener("online", onOnline);
    return () => {
      window.removeEventListener("offline", onOffline);
      window.removeEventListener("online", onOnline);
    };
  }, []);
  useEffect(() => {
    if (said !== "back") return undefined;
    const timer = setTimeout(() => setSaid("nothing"), BACK_MS);
    return () => clearTimeout(timer);
  }, [said]);

  return (
    <div class="offline-place" role="status">
      {said !== "nothing" && (
        <p class={`offline ${said}`}>
          {said === "gone" && <WarningIcon />}
          {text.offline[said]}
        </p>
      )}
    </div>
  );
}
