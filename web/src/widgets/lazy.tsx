/** A part of the page that is loaded when it is first needed. */

import type { ComponentChildren, ComponentType, VNode } from "preact";
import { useEffect, useState } from "preact/hooks";

import { text } from "../text";
import { Message } from "./message";

/** What comes sooner needs nothing in its place. */
const LATE_MS = 250;

/** Loads a part once; a failed load is tried again at the next call. */
export function partOf<Props>(
  load: () => Promise<ComponentType<Props>>,
): () => Promise<ComponentType<Props>> {
  let loading: Promise<ComponentType<Props>> | null = null;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}

/** The part's component, in its place; words and a way out when it can't be loaded. */
export function Lazy<Props extends object>({
  part,
  props,
  isQuiet = false,
  frame,
}: {
  part: () => Promise<ComponentType<Props>>;
  props: Props;
  /** Whether nobody waits for it: then a failure is not told. */
  isQuiet?: boolean;
  /** What stands in its place until it is there. */
  frame?: (content: ComponentChildren) => VNode;
}) {
  const [Part, setPart] = useState<ComponentType<Props> | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const [isLate, setLate] = useState(false);

  useEffect(() => {
    const timer = setTimeout(() => setLate(true), LATE_MS);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    let isWanted = true;
    part().then(
      (loaded) => isWanted && setPart(() => loaded),
      () => isWanted && setFailed(true),
    );
    return () => {
      isWanted = false;
    };
  }, [part, attempt, isQuiet]);

  if (Part) return <Part {...props} />;
  if (!hasFailed) {
    const spinner = <span class="spinner" role="status" aria-label={text.loading} />;
    return frame && isLate ? frame(spinner) : null;
  }
  if (isQuiet) return null;
  const isHopeless = attempt > 0; // a part of an older release is gone for good
  const message = (
    <Message
      title={text.partFailed}
      hint={text.reason("network", "")}
      action={isHopeless ? text.reloadPage : text.retry}
      onAction={() => {
        if (isHopeless) location.reload();
        setFailed(false);
        setAttempt((n) => n + 1);
      }}
    />
  );
  return frame ? frame(message) : message;
}
