import { describe, expect, it } from "vitest";

import { safeName, zipDate, zipFiles, type ZipFile } from "../src/download/zip-names";
import { WINDOW_BYTES } from "../src/download/file-bytes";
import type { ZipProgress } from "../src/download/zip-stream";
import { anItem } from "./items";
import { aFile, broken, meansOf, unzipped, whole, type Answer } from "./zips";

const names = (...given: string[]): string[] =>
  zipFiles(given.map((name) => anItem({ name }))).map(({ name }) => name);

describe("names inside a zip", () => {
  it("are each there once, whatever the case", () => {
    expect(names("a.jpg", "A.JPG", "a.jpg", "b", "b")).toEqual([
      "a.jpg",
      "A (2).JPG",
      "a (3).jpg",
      "b",
      "b (2)",
    ]);
  });

  it("don't meet a name that was numbered by somebody else", () => {
    expect(names("a (2).jpg", "a.jpg", "a.jpg")).toEqual(["a (2).jpg", "a.jpg", "a (3).jpg"]);
  });

  it("are each there once however their letters are composed", () => {
    expect(names("Zu\u0308rich.jpg", "Z\u00fcrich.jpg", "ZU\u0308RICH.jpg")).toEqual([
      "Zu\u0308rich.jpg",
      "Z\u00fcrich (2).jpg",
      "ZU\u0308RICH (3).jpg",
    ]);
  });

  it("leave what is reserved alone", () => {
    const [file] = zipFiles([anItem({ name: "Errors.txt" })], ["errors.txt"]);
    expect(file?.name).toBe("Errors (2).txt");
  });

  it("are found quickly for thousands that are called the same", () => {
    const many = names(...Array.from({ length: 20_000 }, () => "IMG_0001.JPG"));
    expect(new Set(many).size).toBe(20_000);
  });

  it.each([
    ["../../etc/passwd", ".._.._etc_passwd"],
    ["a:b*c?.jpg", "a_b_c_.jpg"],
    ["line\nbreak.jpg", "line_break.jpg"],
    ["Zürich 湖.jpg", "Zürich 湖.jpg"],
    ["dots. . .", "dots"],
    ["  ", "photo"],
  ])("are names on every system: %j", (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });
});

describe("dates inside a zip", () => {
  it("are the wall clock of the camera", () => {
    expect(zipDate("2024-05-17T09:30:15.250")).toEqual(new Date(2024, 4, 17, 9, 30, 15));
    expect(zipDate("2024-05-17T09:30")).toEqual(new Date(2024, 4, 17, 9, 30, 0));
  });

  it("stay within what a zip can say", () => {
    expect(zipDate("1969-07-20T20:17:40").getFullYear()).toBe(1980);
    expect(zipDate("9999-01-01T00:00:00").getFullYear()).toBe(2107);
  });
});

describe("zipStream", () => {
  it("holds every file as it is, and tells how far it is", async () => {
    const means = meansOf({ "a.jpg": whole("aaaaaa"), "b.jpg": whole("bb") });
    const progress: ZipProgress[] = [];

    const found = await unzipped([aFile("a.jpg"), aFile("b.jpg")], means, progress);

    expect(found).toEqual({ "a.jpg": "aaaaaa", "b.jpg": "bb" });
    expect(progress.at(-1)).toEqual({ files: 2, bytes: 8, failed: 0 });
  });

  it("lists what is not there, and holds the rest", async () => {
    const means = meansOf({ "a.jpg": whole("aaaaaa") });
    const progress: ZipProgress[] = [];

    const found = await unzipped([aFile("x.jpg"), aFile("a.jpg")], means, progress);

    expect(Object.keys(found)).toEqual(["a.jpg", "errors.txt"]);
    expect(found["errors.txt"]).toContain("x.jpg: not there");
    expect(progress.at(-1)).toMatchObject({ files: 2, failed: 1 });
    expect(means.waits).toEqual([]);
  });

  it("asks again for what the server could not give just then", async () => {
    const means = meansOf({
      "a.jpg": (_, tries) => (tries < 3 ? new Response("", { status: 503 }) : new Response("a")),
    });

    expect(await unzipped([aFile("a.jpg")], means)).toEqual({ "a.jpg": "a" });
    expect(means.waits).toEqual([1_000, 2_000]);
  });

  it("goes on where an answer broke off, with the same version of the file", async () => {
    const conditions: (string | null)[] = [];
    const means = meansOf({
      "a.jpg": (init, tries) => {
        conditions.push(new Headers(init.headers).get("If-Match"));
        return tries === 1 ? broken("aaa") : new Response("bbb", { status: 206 });
      },
    });

    expect(await unzipped([aFile("a.jpg")], means)).toEqual({ "a.jpg": "aaabbb" });
    expect(means.asked).toEqual(["/photos/a.jpg", "/photos/a.jpg bytes=3-"]);
    expect(conditions).toEqual([null, '"v1"']);
  });

  it("says which file is there in part only, in a zip that is whole", async () => {
    const means = meansOf({
      "a.jpg": (_, tries) => (tries === 1 ? broken("aaa") : new Response("", { status: 412 })),
      "b.jpg": whole("bb"),
    });

    const found = await unzipped([aFile("a.jpg"), aFile("b.jpg")], means);

    expect(found["a.jpg"]).toBe("aaa");
    expect(found["b.jpg"]).toBe("bb");
    expect(found["errors.txt"]).toContain("a.jpg: only 3 of 6 bytes");
  });

  /** Answers ranges of a body as S3 does; `answer` may answer first. */
  function ranged(body: string, answer: Answer = () => new Response(null)): Answer {
    return (init, tries) => {
      const own = answer(init, tries);
      if (own.body) return own;
      const [, from = "", to = ""] = /bytes=(\d+)-(\d+)/.exec(
        new Headers(init.headers).get("Range") ?? "",
      ) ?? ["", "0", String(body.length - 1)];
      const part = body.slice(Number(from), Number(to) + 1);
      const last = Number(from) + part.length - 1;
      const headers = { ETag: '"v1"', "Content-Range": `bytes ${from}-${last}/${body.length}` };
      return new Response(part, { status: 206, headers });
    };
  }

  const long = "0123456789".repeat(Math.ceil((1.1 * WINDOW_BYTES) / 10));
  const aFilm: ZipFile = { ...aFile("film.mp4"), size: long.length };

  it("asks for a large file in windows, and holds it whole", async () => {
    const means = meansOf({ "film.mp4": ranged(long) });

    const found = await unzipped([aFilm], means);

    expect(found["film.mp4"] === long).toBe(true);
    expect(means.asked).toEqual([
      `/photos/film.mp4 bytes=0-${WINDOW_BYTES - 1}`,
      `/photos/film.mp4 bytes=${WINDOW_BYTES}-${long.length - 1}`,
    ]);
  });

  it("goes on in the middle of a window that broke off", async () => {
    const cutOnce: Answer = (_, tries) =>
      tries === 2
        ? new Response(broken(long.slice(WINDOW_BYTES, WINDOW_BYTES + 1_000)).body, { status: 206 })
        : new Response(null);
    const means = meansOf({ "film.mp4": ranged(long, cutOnce) });

    const found = await unzipped([aFilm], means);

    expect(found["film.mp4"] === long).toBe(true);
    expect(found["errors.txt"]).toBeUndefined();
  });

  it("holds a file whole whose row knows less of it than the bucket", async () => {
    const means = meansOf({ "film.mp4": ranged(long) });

    const found = await unzipped([{ ...aFilm, size: WINDOW_BYTES + 1 }], means);

    expect(found["film.mp4"] === long).toBe(true);
  });

  it("holds a file whole of a server that knows no ranges", async () => {
    const means = meansOf({ "film.mp4": whole(long) });

    const found = await unzipped([aFilm], means);

    expect(found["film.mp4"] === long).toBe(true);
    expect(means.asked).toHaveLength(1);
  });

  it("has three answers on their way and no more", async () => {
    const open: string[] = [];
    let most = 0;
    const answers: Record<string, Answer> = {};
    const files = Array.from({ length: 10 }, (_, n) => aFile(`${n}.jpg`));
    for (const { name } of files) {
      answers[name] = () => {
        open.push(name);
        most = Math.max(most, open.length);
        return new Response(
          new ReadableStream({
            pull(controller) {
              open.splice(open.indexOf(name), 1);
              controller.close();
            },
          }, { highWaterMark: 0 }),
        );
      };
    }

    await unzipped(files, meansOf(answers));

    expect(most).toBe(3);
  });
});
