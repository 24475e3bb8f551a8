/** Corrects one photo: date, time, zone, title and description. */

import { useEffect, useState } from "preact/hooks";

import * as api from "../api";
import { ApiError, type Details, type Part } from "../api";
import type { Asset, Item } from "../api-types";
import { momentTitle } from "../days";
import { text } from "../text";
import { useIsGone } from "../use-is-gone";
import { Dialog } from "../widgets/dialog";
import type { CorrectProps } from "./dialog";
import { Field, MAX_DESCRIPTION, MAX_TITLE, MomentFields, Problem } from "./fields";
import { fieldsOf, wallClockOf } from "./wall-clock";
import { offsetsToChoose, offsetText } from "./zone";

const words = text.correcting;

interface Form {
  date: string;
  time: string;
  isUndated: boolean;
  offset: number | null;
  title: string;
  description: string;
}

type Props = Omit<CorrectProps, "items"> & { item: Item };

export function CorrectOne({ item, gallery, deeds, onClose }: Props) {
  const [asset, setAsset] = useState<Asset | null>(null);
  const [form, setForm] = useState<Form | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);

  useEffect(() => {
    let isWanted = true;
    api.getAsset(item.id).then(
      (asset) => {
        if (!isWanted) return;
        setAsset(asset);
        setForm(formOf(asset));
      },
      (caught: unknown) => isWanted && setError(`${words.failed}. ${whyOf(caught)}`),
    );
    return () => {
      isWanted = false;
    };
  }, [item.id]);

  const isGone = useIsGone(); // what was asked for goes on then, and is told outside

  const set = (change: Partial<Form>): void => setForm((now) => now && { ...now, ...change });
  const isWrong = form !== null && !form.isUndated && wallClockOf(form.date, form.time) === null;
  const details = asset && form && !isWrong ? changesOf(asset, form) : {};
  const isChanged = Object.keys(details).length > 0;

  const save = async (): Promise<void> => {
    if (!asset || !isChanged) return;
    setSaving(true);
    setError(null);
    try {
      gallery.replaceAssets([await api.setDetails(asset.id, details)]);
    } catch (caught) {
      const why = whyOf(caught);
      if (isGone.current) deeds.tell(`${words.notDoneOne(asset.name)}. ${why}`);
      setError(why);
      setSaving(false);
      return;
    }
    deeds.tell(words.done(asset.name), () => void undo(asset));
    if (!isGone.current) onClose();
  };
  const undo = async (former: Asset): Promise<void> => {
    try {
      gallery.replaceAssets([await api.setDetails(former.id, formerly(former, details))]);
      deeds.tell(words.undone);
    } catch (caught) {
      deeds.tell(`${words.undoFailed(1)}. ${whyOf(caught)}`);
    }
  };

  const after = form && !form.isUndated && !isWrong ? wallClockOf(form.date, form.time) : null;
  return (
    <Dialog
      title={words.titleOne(item.name)}
      stays
      wide
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button quiet" onClick={onClose}>
            {isSaving ? text.close : text.cancel}
          </button>
          <button
            type="submit"
            form="correct-one"
            class="button"
            disabled={isSaving || isWrong || !isChanged}
          >
            {words.apply}
          </button>
        </>
      }
    >
      {form === null && error === null && (
        <p role="status" class="correct-wait">
          <span class="spinner" />
          {words.loading}
        </p>
      )}
      {form && asset && (
        <form
          id="correct-one"
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <MomentFields
            date={form.date}
            time={form.time}
            disabled={form.isUndated}
            isWrong={isWrong && form.date !== ""}
            onDate={(date) => set({ date })}
            onTime={(time) => set({ time })}
          />
          <Problem>{isWrong && form.date !== "" && words.badDate}</Problem>
          <Field label={words.zone}>
            {(id) => (
              <select
                id={id}
                class="field-input"
                value={form.offset ?? ""}
                disabled={form.isUndated}
                onChange={({ currentTarget: { value } }) =>
                  set({ offset: value === "" ? null : Number(value) })
                }
              >
                <option value="">{words.zoneUnknown}</option>
                {offsetsToChoose(asset.utc_offset_minutes ?? null).map((minutes) => (
                  <option key={minutes} value={minutes}>
                    UTC{offsetText(minutes)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <label class="field-check">
            <input
              type="checkbox"
              checked={form.isUndated}
              onChange={(event) => set({ isUndated: event.currentTarget.checked })}
            />
            {words.undated}
          </label>
          <Field label={words.name}>
            {(id) => (
              <input
                id={id}
                class="field-input"
                maxLength={MAX_TITLE}
                value={form.title}
                autoComplete="off"
                onInput={(event) => set({ title: event.currentTarget.value })}
              />
            )}
          </Field>
          <Field label={words.description}>
            {(id) => (
              <textarea
                id={id}
                class="field-input"
                maxLength={MAX_DESCRIPTION}
                value={form.description}
                onInput={(event) => set({ description: event.currentTarget.value })}
              />
            )}
          </Field>
          <p class="correct-preview" role="status">
            {"media_date" in details &&
              words.becomes(momentTitle(asset.media_date), momentTitle(after))}
          </p>
        </form>
      )}
      <Problem>{error}</Problem>
      <p>{words.fileStays}</p>
    </Dialog>
  );
}

function formOf(asset: Asset): Form {
  return {
    ...fieldsOf(asset.media_date),
    isUndated: asset.media_date === null,
    offset: asset.utc_offset_minutes ?? null,
    title: asset.title ?? "",
    description: asset.description ?? "",
  };
}

/** What the form says otherwise than the asset; fields that say the same are left out. */
function changesOf(asset: Asset, form: Form): Details {
  const details: Details = {};
  const was = formOf(asset);
  if (form.isUndated) {
    if (!was.isUndated) details.media_date = null;
  } else {
    if (was.isUndated || form.date !== was.date || form.time !== was.time) {
      details.media_date = wallClockOf(form.date, form.time);
    }
    if (form.offset !== was.offset) details.utc_offset_minutes = form.offset;
  }
  if (form.title.trim() !== was.title.trim()) details.title = form.title.trim() || null;
  if (form.description.trim() !== was.description.trim()) {
    details.description = form.description.trim() || null;
  }
  return details;
}

/** What the asset said before of what was changed. */
function formerly(asset: Asset, changed: Details): Details {
  const isDateChanged = "media_date" in changed || "utc_offset_minutes" in changed;
  const hasOffset = isDateChanged && asset.media_date !== null;
  const parts: Part[] = ["date", "title", "description"];
  const uncorrect = parts.filter(
    (part) => (part === "date" ? isDateChanged : part in changed) && !asset.corrected.includes(part),
  );
  return {
    ...(isDateChanged && { media_date: asset.media_date }),
    ...(hasOffset && { utc_offset_minutes: asset.utc_offset_minutes ?? null }),
    ...("title" in changed && { title: asset.title ?? null }),
    ...("description" in changed && { description: asset.description ?? null }),
    ...(uncorrect.length > 0 && { uncorrect }),
  };
}

function whyOf(caught: unknown): string {
  if (!(caught instanceof ApiError)) throw caught;
  return text.reason(caught.code, caught.message);
}
