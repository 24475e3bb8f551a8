import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { titleOver, titlePlace } from "../src/window-title";

const shown = { title: "Contact Sheet" };

beforeEach(() => vi.stubGlobal("document", shown));
afterEach(() => vi.unstubAllGlobals());

describe("the window's title", () => {
  it("is again the document's own where nobody has named a place", () => {
    const takeOff = titleOver("Sign in");
    expect(shown.title).toBe("Sign in");

    takeOff();

    expect(shown.title).toBe("Contact Sheet");
  });

  it("is that of what stands over the page, whatever the place is called meanwhile", () => {
    titlePlace("Favourites");
    const takeOff = titleOver("Sign in");
    titlePlace("Bin");
    expect(shown.title).toBe("Sign in");

    takeOff();

    expect(shown.title).toBe("Bin");
  });
});
