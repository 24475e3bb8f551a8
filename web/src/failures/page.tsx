/** Photos without a preview, the reason in words, and another try. */

import { useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";

import { ApiError } from "../api";
import type { Failure } from "../api-types";
import type { Deeds } from "../deeds";
import type { Gallery } from "../gallery";
import { formatRoute, timelineOf } from "../route";
import { text } from "../text";
import { ChosenBar } from "../widgets/chosen-bar";
import { RestoreIcon } from "../widgets/icons";
import { Message } from "../widgets/message";
import { FailureList } from "./failure-list";
import { Row } from "./row";

const words = text.failures;

/** How soon to look again: at first while something is tried, at most then, and otherwise. */
const LOOK_FIRST_MS = 1_500;
const LOOK_LONGEST_MS = 15_000;
const LOOK_CALM_MS = 30_000;

interface Props {
  /** Whose failures; its id. */
  galleryId: string;
  gallery: Pick<Gallery, "subscribe" | "isAway">;
  deeds: Pick<Deeds, "tell" | "announce">;
  /** Opens a photo over this page, so that closing it returns here. */
  open: (id: string) => void;
}

export function FailuresPage({ galleryId, gallery, deeds, open }: Props) {
  const list = useMemo(() => new FailureList(galleryId), [galleryId]);
  const [, draw] = useReducer((n: number) => n + 1, 0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    setChosen(new Set());
    void list.load();
    return list.subscribe(() => draw(null));
  }, [list]);
  useEffect(
    () => gallery.subscribe(() => list.follow((id) => gallery.isAway(id))),
    [gallery, list],
  );
  useLooking(list);
  const section = useRef<HTMLElement>(null);
  /** The row's mark, or the page itself: what was pressed can't be pressed again. */
  const focusOn = (failure: Failure | null): void => {
    const rows = section.current?.querySelectorAll<HTMLElement>("[data-failure]") ?? [];
    const row = [...rows].find(({ dataset }) => dataset.failure === failure?.id);
    (row?.querySelector<HTMLElement>(".failure-check") ?? section.current)?.focus({
      preventScroll: true,
    });
  };

  const retry = async (failures: readonly Failure[]): Promise<void> => {
    setChosen(new Set());
    focusOn(failures[0] ?? null);
    deeds.announce(words.asked(failures.length));
    const refused = await list.retry(failures);
    const [only] = failures;
    if (refused > 0) {
      const isOne = failures.length === 1 && only;
      deeds.tell(isOne ? words.refused(only.name) : words.manyRefused(refused));
    }
  };
  const retryAll = async (): Promise<void> => {
    setChosen(new Set());
    focusOn(null);
    deeds.announce(words.asked(list.total));
    try {
      const refused = await list.retryAll();
      if (refused > 0) deeds.tell(words.manyRefused(refused));
    } catch (error) {
      complain(error);
    }
  };
  const more = (): void => {
    list.more().catch(complain);
  };
  const complain = (error: unknown): void => {
    if (!(error instanceof ApiError)) throw error;
    deeds.tell(`${words.moreFailed}. ${text.reason(error.code, error.message)}`);
  };
  const choose = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
    deeds.announce(words.chosen(next.size));
  };

  if (list.status === "loading") return <Message title={words.loading} isBusy />;
  if (list.status === "failed") {
    return (
      <Message
        title={words.failed}
        hint={list.error && text.reason(list.error.code, list.error.message)}
        action={text.retry}
        onAction={() => void list.load()}
      />
    );
  }
  const pending = list.pending > 0 && (
    <p class="page-tools-hint">{words.pending(list.pending)}</p>
  );
  if (list.items.length === 0) {
    return <Message title={words.noneTitle} hint={pending || words.noneHint} />;
  }
  const selected = list.items.filter(({ id }) => chosen.has(id));
  return (
    <section
      ref={section}
      class="failures"
      tabIndex={-1}
      aria-label={words.title}
      onKeyDown={(event) => {
        if (event.key === "Escape" && chosen.size > 0) setChosen(new Set());
      }}
    >
      {selected.length > 0 && (
        <ChosenBar
          words={words.chosen(selected.length)}
          clearWords={words.clear}
          onClear={() => setChosen(new Set())}
        >
          <button type="button" class="button" onClick={() => void retry(selected)}>
            <RestoreIcon />
            {words.retryChosen(selected.length)}
          </button>
        </ChosenBar>
      )}
      <div class="page-tools">
        <div class="failures-words">
          <p class="failures-count">{words.count(list.total)}</p>
          <p class="page-tools-hint">{words.explained}</p>
          {pending}
        </div>
        <span class="page-tools-space" />
        <button
          type="button"
          class="button"
          disabled={list.isBusy || list.open.length === 0}
          onClick={() => void retryAll()}
        >
          <RestoreIcon />
          {words.retryAll(list.total)}
        </button>
      </div>
      <ul class="failure-list">
        {list.items.map((failure) => (
          <Row
            key={failure.id}
            failure={failure}
            attempt={list.tryOf(failure.id)}
            href={formatRoute({ ...timelineOf(galleryId), photo: failure.id })}
            isChosen={chosen.has(failure.id)}
            onOpen={() => open(failure.id)}
            onChoose={() => choose(failure.id)}
            onRetry={() => void retry([failure])}
          />
        ))}
      </ul>
      {list.hasMore && (
        <button type="button" class="button quiet" disabled={list.isBusy} onClick={more}>
          {words.more}
        </button>
      )}
    </section>
  );
}

/** Looks again while the page is in sight: soon while something is being tried. */
function useLooking(list: FailureList): void {
  const { isTrying } = list;
  useEffect(() => {
    let pause = isTrying ? LOOK_FIRST_MS : LOOK_CALM_MS;
    let timer = 0;
    const wait = (): void => {
      timer = window.setTimeout(look, pause);
    };
    const look = async (): Promise<void> => {
      if (document.visibilityState === "visible") await list.refresh();
      if (isTrying) pause = Math.min(pause * 1.5, LOOK_LONGEST_MS);
      if (timer !== -1) wait();
    };
    wait();
    return () => {
      clearTimeout(timer);
      timer = -1;
    };
  }, [list, isTrying]);
}
