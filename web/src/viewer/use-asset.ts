/** Everything known about a photo, fetched once somebody rests on it. */

import { useCallback, useEffect, useState } from "preact/hooks";

import { ApiError, getAsset } from "../api";
import type { Asset } from "../api-types";
import type { Gallery } from "../gallery";

/** Somebody who leafs through quickly needs no details of what they pass. */
const REST_MS = 150;

interface Answer {
  id: string;
  asset?: Asset;
  error?: ApiError;
}

export interface Known {
  asset: Asset | null;
  error: ApiError | null;
  retry: () => void;
}

/** @param isListed Whether it can be shown without: then its details have time. */
export function useAsset(id: string, isListed: boolean, gallery: Gallery): Known {
  const [answer, setAnswer] = useState<Answer>({ id });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isWanted = true;
    const fetchIt = async (): Promise<void> => {
      try {
        const asset = await getAsset(id);
        if (!isWanted) return;
        gallery.replaceAssets([asset]);
      } catch (error) {
        if (isWanted && error instanceof ApiError) setAnswer({ id, error });
      }
    };
    const timer = setTimeout(() => void fetchIt(), isListed ? REST_MS : 0);
    // also what a correction has made of it
    const stop = gallery.listenToAssets((asset) => {
      if (asset.id !== id) return;
      if ("faces" in asset) setAnswer({ id, asset });
      else setAttempt((n) => n + 1); // of many that were corrected at once less is told
    });
    return () => {
      isWanted = false;
      stop();
      clearTimeout(timer);
    };
    // not again when the list catches up with a photo opened by its address
  }, [id, attempt, gallery]);

  const retry = useCallback(() => {
    setAnswer({ id });
    setAttempt((n) => n + 1);
  }, [id]);
  const isCurrent = answer.id === id;
  return {
    asset: (isCurrent && answer.asset) || null,
    error: (isCurrent && answer.error) || null,
    retry,
  };
}
