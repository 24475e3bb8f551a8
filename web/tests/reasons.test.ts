import { describe, expect, test } from "vitest";

import errors from "../../chalicelib/api/http_errors.py?raw";
import gateway from "../../infra/app.yaml?raw";
import { text } from "../src/text";

/** Every code that a file of the server answers with. */
function codesIn(file: string, pattern: RegExp): string[] {
  return [...file.matchAll(pattern)].map(([, code]) => code ?? "");
}

describe("an error is told in the page's own words", () => {
  const codes = [
    ...codesIn(errors, /^ {4}\(\w+Error, \d{3}, "(\w+)"\),$/gm),
    ...codesIn(gateway, /\{"error": \{"code": "(\w+)"/g),
  ];

  test("whatever the API and what stands before it answer", () => {
    expect(codes).toContain("internal");
    expect(codes).toContain("too_many_requests");
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) expect(text.reasons[code], code).toBeTruthy();
  });

  test("and not in the server's", () => {
    expect(text.reason("invalid_parameter", "name: too long")).toBe(text.reasons.invalid_parameter);
  });

  test("also where an answer comes without any", () => {
    expect(text.reason("http_502", "")).toBe(text.reasons.internal);
    expect(text.reason("http_418", "")).toContain("http_418");
  });

  test("and where the code is new, the server's words are better than none", () => {
    expect(text.reason("too_cold", "it is too cold")).toBe("it is too cold");
  });
});
