/** A browser's own means of hashing, sending and waiting. */

import { completeUpload, startUpload } from "../api";
import { fileHasher } from "./hash";
import type { Means } from "./send";
import { sendForm, sendPart } from "./transport";

export function browserMeans(): Means {
  return {
    hash: fileHasher(),
    start: startUpload,
    sendForm,
    sendPart,
    complete: completeUpload,
    untilOnline,
    wait,
    random: Math.random,
  };
}

function untilOnline(signal: AbortSignal): Promise<void> {
  if (navigator.onLine) return Promise.resolve();
  return new Promise((resolve, reject) => {
    window.addEventListener("online", () => resolve(), { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    const giveUp = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp, { once: true });
  });
}
