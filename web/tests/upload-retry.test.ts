import { expect, it } from "vitest";

import { ApiError } from "../src/api";
import { TransferError, UnreadableError } from "../src/upload/errors";
import { isPassing, pauseBefore } from "../src/upload/send";

it.each([
  [new ApiError(0, "network", ""), true],
  [new ApiError(503, "unavailable", ""), true],
  [new ApiError(409, "parts_missing", ""), true],
  [new ApiError(400, "invalid_parameter", ""), false],
  [new ApiError(401, "sign_in_required", ""), false],
  [new TransferError(403, "AccessDenied"), true],
  [new TransferError(400, "RequestTimeout"), true],
  [new TransferError(404, "NoSuchUpload"), true],
  [new TransferError(400, "EntityTooLarge"), false],
  [new UnreadableError("gone"), false],
])("knows which errors may pass: %s", (error, passes) => {
  expect(isPassing(error)).toBe(passes);
});

it("waits twice as long each time, by half at random, and half a minute at most", () => {
  expect(pauseBefore(1, 0)).toBe(500);
  expect(pauseBefore(1, 1)).toBe(1_000);
  expect(pauseBefore(3, 1)).toBe(4_000);
  expect(pauseBefore(12, 1)).toBe(30_000);
});
