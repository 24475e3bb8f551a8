/** Corrections sent to the server, in calls of bounded size; each photo succeeds or fails by itself. */

import * as api from "../api";
import { ApiError, type Correction, type Part } from "../api";
import type { Asset, BulkAsset } from "../api-types";
import type { Step } from "./plan";

const READS_AT_ONCE = 6;

export interface Outcome {
  /** As they are now. */
  assets: BulkAsset[];
  /** Why, by id. */
  failed: Map<string, ApiError>;
  /** Ids of those of which a person said so for the first time, by what was said. */
  newly: Map<Part, string[]>;
}

/**
 * Carries out steps one after the other.
 *
 * @param onProgress Told how many results have come, and of how many, of all steps together.
 */
export async function carryOut(
  steps: readonly Step[],
  onProgress: (done: number, all: number) => void,
): Promise<Outcome> {
  const assets = new Map<string, BulkAsset>();
  const failed = new Map<string, ApiError>();
  const newly = new Map<Part, string[]>();
  const total = steps.reduce((sum, step) => sum + step.ids.length, 0);
  let done = 0;
  for (const { ids: all, correction } of steps) {
    // What could not be brought back is a person's word still.
    const ids = correction.action === "uncorrect" ? all.filter((id) => !failed.has(id)) : all;
    for (let start = 0; start < ids.length; start += api.MAX_BULK) {
      const some = ids.slice(start, start + api.MAX_BULK);
      try {
        for (const result of await api.correctMany(some, forSome(correction, start))) {
          if (result.status === "ok") {
            if (result.asset) assets.set(result.id, result.asset);
            for (const part of result.newly_corrected) {
              const known = newly.get(part);
              if (known) known.push(result.id);
              else newly.set(part, [result.id]);
            }
          } else if (result.error) {
            failed.set(result.id, new ApiError(200, result.error.code, result.error.message));
          }
        }
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        for (const id of some) failed.set(id, error);
      }
      done += some.length;
      onProgress(done, total);
    }
  }
  return { assets: [...assets.values()], failed, newly };
}

/** A correction for those of a call, the first of which is at `start`. */
function forSome(correction: Correction, start: number): Correction {
  if (correction.action !== "set_dates") return correction;
  const media_dates = correction.media_dates.slice(start, start + api.MAX_BULK);
  return { ...correction, media_dates };
}

/** Assets as they are now, a few at a time. @throws ApiError when one could not be read. */
export async function readAll(ids: readonly string[]): Promise<Map<string, Asset>> {
  const read = new Map<string, Asset>();
  const waiting = [...ids];
  const work = async (): Promise<void> => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      read.set(id, await api.getAsset(id));
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, work));
  return read;
}
