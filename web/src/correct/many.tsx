/** Corrects many photos: shifts their dates or sets one, and gives them a description. */

import { useMemo, useState } from "preact/hooks";

import { ApiError } from "../api";
import type { Asset } from "../api-types";
import { momentTitle } from "../days";
import { text } from "../text";
import { useIsGone } from "../use-is-gone";
import { Dialog } from "../widgets/dialog";
import { carryOut, readAll, type Outcome } from "./carry-out";
import type { CorrectProps } from "./dialog";
import { Field, MAX_DESCRIPTION, MomentFields, Problem } from "./fields";
import { previewOf, stepsBack, stepsOf, touchedBy, type DateChange } from "./plan";
import { ShiftFields } from "./shift-fields";
import { secondsOf, wallClockOf, type Span } from "./wall-clock";

const words = text.correcting;

/** Descriptions of at most so many photos are read first, so that they can be brought back. */
const MAX_READ = 200;
/** So many that failed are named. */
const MAX_NAMED = 5;

const NO_SPAN: Span = { isEarlier: false, days: 0, hours: 0, minutes: 0, seconds: 0 };

export function CorrectMany({ items: given, gallery, deeds, onClose }: CorrectProps) {
  /** Those still to be corrected: after a try, the ones that failed. */
  const [items, setItems] = useState(given);
  const [kind, setKind] = useState<DateChange["kind"]>("shift");
  const [span, setSpan] = useState<Span>(NO_SPAN);
  const [moment, setMoment] = useState({ date: "", time: "12:00:00" });
  const [isDescribed, setDescribed] = useState(false);
  const [description, setDescription] = useState("");
  const [done, setDone] = useState<number | null>(null);
  const [failed, setFailed] = useState<Outcome["failed"]>(new Map());
  const [error, setError] = useState<string | null>(null);

  const mediaDate = wallClockOf(moment.date, moment.time);
  const date: DateChange =
    kind === "shift" ? { kind, seconds: secondsOf(span) }
    : kind === "set" && mediaDate !== null ? { kind, mediaDate }
    : { kind: "keep" };
  const wish = { date, description: isDescribed ? description.trim() || null : undefined };
  const preview = useMemo(() => previewOf(items, date), [items, kind, span, mediaDate]);
  const isOut = preview !== null && [preview.first, preview.last].some(isLost);
  // the same for another try at what failed: an answer may have been lost on its way
  const shiftId = useMemo(() => crypto.randomUUID(), [span]);
  const steps = useMemo(
    () => stepsOf(items, wish, shiftId),
    [items, kind, span, mediaDate, wish.description, shiftId],
  );
  const isBusy = done !== null;
  const touched = useMemo(() => touchedBy(steps), [steps]);
  const undated =
    kind === "shift" ? items.filter(({ media_date }) => media_date === null).length : 0;
  const canUndo = !isDescribed || items.length <= MAX_READ;

  const isGone = useIsGone(); // what was asked for goes on then, and is told outside

  const apply = async (): Promise<void> => {
    setDone(0);
    setError(null);
    let former = new Map<string, Asset>();
    try {
      if (isDescribed && canUndo) former = await readAll(items.map(({ id }) => id));
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      const why = `${words.failed}. ${text.reason(caught.code, caught.message)}`;
      if (isGone.current) deeds.tell(why);
      setError(why);
      setDone(null);
      return;
    }
    const outcome = await carryOut(steps, (done, all) => setDone(share(done, all, touched.size)));
    gallery.replaceAssets(outcome.assets);
    setDone(null);
    setFailed(outcome.failed);
    const changed = [...touched].filter((id) => !outcome.failed.has(id)).length;
    const told = [
      ...(changed > 0 ? [words.doneMany(changed)] : []),
      ...(isGone.current && outcome.failed.size > 0 ? [words.notDone(outcome.failed.size)] : []),
    ];
    if (told.length > 0) {
      if (undated > 0) told.push(words.undatedLeft(undated));
      const undo = (): void => void bringBack(outcome, former);
      deeds.tell(told.join(", "), changed > 0 && canUndo ? undo : null);
    }
    if (isGone.current) return;
    if (outcome.failed.size === 0) onClose();
    else setItems(items.filter(({ id }) => outcome.failed.has(id)));
  };
  /** Takes back what this try has changed. */
  const bringBack = async (
    { failed, newly }: Outcome,
    former: Map<string, Asset>,
  ): Promise<void> => {
    const ids = new Set(failed.keys());
    const back = stepsBack(items, steps, ids, newly, former, crypto.randomUUID());
    const count = touchedBy(back).size;
    const tell = (done: number, all: number): void =>
      deeds.tell(words.undoing(share(done, all, count), count));
    tell(0, 1);
    const outcome = await carryOut(back, tell);
    gallery.replaceAssets(outcome.assets);
    const left = outcome.failed.size;
    deeds.tell(left === 0 ? words.undone : words.undoFailed(left));
  };

  return (
    <Dialog
      title={words.titleMany(items.length)}
      stays
      wide
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button quiet" onClick={onClose}>
            {isBusy ? text.close : text.cancel}
          </button>
          <button
            type="submit"
            form="correct-many"
            class="button"
            disabled={isBusy || isOut || steps.length === 0}
          >
            {words.applyMany(touched.size)}
          </button>
        </>
      }
    >
      <form
        id="correct-many"
        onSubmit={(event) => {
          event.preventDefault();
          void apply();
        }}
      >
        <fieldset class="field-choices" disabled={isBusy}>
          <legend class="field-label">{words.mode}</legend>
          {(["shift", "set", "keep"] as const).map((one) => (
            <label key={one} class="field-check">
              <input
                type="radio"
                name="mode"
                checked={kind === one}
                data-focus={one === "shift" ? "" : undefined}
                onChange={() => setKind(one)}
              />
              {words.modes[one]}
            </label>
          ))}
        </fieldset>
        {kind === "shift" && <ShiftFields span={span} onSpan={setSpan} />}
        {kind === "set" && (
          <MomentFields
            {...moment}
            isWrong={moment.date !== "" && mediaDate === null}
            onDate={(date) => setMoment({ ...moment, date })}
            onTime={(time) => setMoment({ ...moment, time })}
          />
        )}
        <label class="field-check">
          <input
            type="checkbox"
            checked={isDescribed}
            onChange={(event) => setDescribed(event.currentTarget.checked)}
          />
          {words.changeDescription}
        </label>
        {isDescribed && (
          <Field label={words.descriptionOfAll}>
            {(id) => (
              <textarea
                id={id}
                class="field-input"
                maxLength={MAX_DESCRIPTION}
                value={description}
                onInput={(event) => setDescription(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
        <Problem>{isOut && words.badRange}</Problem>
        <div class="correct-preview" role="status">
          {steps.length === 0 && <p>{words.nothing}</p>}
          {preview && !isOut && date.kind !== "keep" && steps.length > 0 && (
            <dl>
              <dt>{words.first}</dt>
              <dd>{becomes(preview.first)}</dd>
              <dt>{words.last}</dt>
              <dd>{becomes(preview.last)}</dd>
            </dl>
          )}
          {undated > 0 && <p>{words.undatedStay(undated)}</p>}
          {!canUndo && <p>{words.noWayBack}</p>}
          {isBusy && <p>{words.applying(done, touched.size)}</p>}
        </div>
      </form>
      <Problem>{error}</Problem>
      <Problem>
        {failed.size > 0 && (
          <>
            {words.refused(failed.size)}
            {[...failed].slice(0, MAX_NAMED).map(([id, { code, message }]) => (
              <span key={id} class="correct-refused">
                {words.refusedOne(nameOf(id), text.reason(code, message))}
              </span>
            ))}
            {failed.size > MAX_NAMED && (
              <span class="correct-refused">{words.andMore(failed.size - MAX_NAMED)}</span>
            )}
          </>
        )}
      </Problem>
      <p>{words.fileStays}</p>
    </Dialog>
  );

  function nameOf(id: string): string {
    return items.find((item) => item.id === id)?.name ?? id;
  }
}

/** So many of `count` photos, some of which are in more than one step. */
function share(done: number, all: number, count: number): number {
  return Math.floor((done / all) * count);
}

function becomes({ before, after }: { before: string | null; after: string | null }): string {
  return words.becomes(momentTitle(before), momentTitle(after));
}

function isLost({ before, after }: { before: string | null; after: string | null }): boolean {
  return before !== null && after === null;
}
