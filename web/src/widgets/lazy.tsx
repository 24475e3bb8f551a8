/** A part of the page that is loaded when it is first needed. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

import { text } from "../text";
import { Message } from "./message";

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
}: {
  part: () => Promise<ComponentType<Props>>;
  props: Props;
  /** Whether nobody waits for it: then a failure is not told. */
  isQuiet?: boolean;
}) {
  const [Part, setPart] = useState<ComponentType<Props> | null>(null);
  const [hasFailed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);

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
  if (!hasFailed || isQuiet) return null;
  return (
    <Message
      title={text.partFailed}
      hint={text.reason("network", "")}
      action={text.retry}
      onAction={() => {
        setFailed(false);
        setAttempt((n) => n + 1);
      }}
    />
  );
}
