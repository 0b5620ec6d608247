import { hash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { IMAGE_FORMAT, SEGMENTS } from "../../src/indexing/image/image-format.ts";
import { ImageWriter } from "../../src/indexing/image/image-writer.ts";
import { Image } from "../../src/indexing/image/image.ts";
import { encodeUnits } from "../../src/indexing/image/unit-bytes.ts";
import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished, IndexManager } from "../../src/indexing/index-manager.ts";
import { INDEX_NAMES, termsOf } from "../../src/record/terms.ts";
import { flush } from "../support/flush-index.ts";
import { recordOf } from "../support/small-records.ts";

function imageOf(files: number): Image {
  const loader = new IndexLoader();
  for (let file = 0; file < files; file++) {
    const record = recordOf({
      path: `d${file % 3}/f${file}.ts`,
      functions: ["all", `f${file}`, `half${file % 2}`],
      size: file,
      modifiedAt: file / 3,
    });
    loader.add(record, file + 1, termsOf(record));
  }
  const [layer] = finished(loader.finish()).images;
  expect(layer).toBeDefined();
  return (layer as NonNullable<typeof layer>).image;
}

const IMAGE = imageOf(100);
const WORDS = 4 + SEGMENTS.length;

function copyOf(image: Image, byteLength: number = image.byteLength): { readonly memory: SharedArrayBuffer; readonly words: Uint32Array } {
  const memory = new SharedArrayBuffer(byteLength);
  new Uint8Array(memory).set(new Uint8Array(image.memory).subarray(0, byteLength));
  return { memory, words: new Uint32Array(memory, 0, byteLength >>> 2) };
}

describe("an image", () => {
  test("that was kept as bytes is opened as it lies", () => {
    const image = Image.open(copyOf(IMAGE).memory);
    expect(image).toBeDefined();
    const index = IndexManager.of(image as Image);
    expect([index.size, index.verify()]).toEqual([100, []]);
    expect([...index.termsWithCounts("functionName")]).toHaveLength(103);
  });

  test("of nothing is opened, and is an empty index", () => {
    const index = new IndexManager();
    for (const path of ["a.ts", "b.ts"]) {
      index.put(recordOf({ path }), 1, termsOf(recordOf({ path })));
      flush(index);
      index.remove(path as never);
    }
    finished(index.merge(index.images.slice()));
    expect([index.size, index.images, index.verify()]).toEqual([0, [], []]);
    expect([...INDEX_NAMES].map((name) => [...index.termsWithCounts(name)])).toEqual(INDEX_NAMES.map(() => []));
  });

  test("is packed and put together in steps, so that other work can run in between, however many terms it has", () => {
    const writer = new ImageWriter();
    const bytes = new Uint8Array(64);
    writer.addRecord(bytes, encodeUnits("a.ts", bytes, 0), 1, 1, 1);
    const steps = { ended: 0, finished: 0 };
    for (const index of INDEX_NAMES) {
      // The terms have nothing in common with the term before, so each takes all of its bytes.
      for (let number = 0; index === "symbol" && number < 150_000; number++) {
        writer.addTerm(
          index,
          bytes,
          encodeUnits(`${String.fromCharCode(1_000 + number / 4)}${number % 4}${"x".repeat(12)}`, bytes, 0),
          [0],
        );
      }
      for (const _ of writer.endTerms(index)) steps.ended++;
    }
    for (const _ of writer.finish()) steps.finished++;
    // Two passes over the column of places, and each megabyte of the terms.
    expect(steps.ended).toBeGreaterThanOrEqual(6);
    const columns = 4;
    expect(steps.finished).toBeGreaterThanOrEqual(columns + INDEX_NAMES.length + SEGMENTS.length);
  });

  test("changes for the same records only with the number of its format", () => {
    // If this fails and the change is wanted: raise IMAGE_FORMAT, so that checkpoints of before are
    // not read.
    expect({ format: IMAGE_FORMAT, digest: hash("sha256", new Uint8Array(IMAGE.memory)) }).toMatchInlineSnapshot(`
      {
        "digest": "7f949dedbefbbb84dcf4c0def677863488998aecd8fa87d15066b2ca96aa7937",
        "format": 3,
      }
    `);
  });

  test("of another format is not opened", () => {
    const { memory, words } = copyOf(IMAGE);
    words[1] = IMAGE_FORMAT + 1;
    expect(Image.open(memory)).toBeUndefined();
  });

  test("that is cut off, or longer than it says, is not opened", () => {
    for (let length = 0; length < IMAGE.byteLength; length++) expect(Image.open(copyOf(IMAGE, length).memory)).toBeUndefined();
    expect(Image.open(copyOf(IMAGE, IMAGE.byteLength + 8).memory)).toBeUndefined();
  });

  test("whose length was made to fit is not opened either, unless only lists of the last index are missing", () => {
    const least = new Uint32Array(IMAGE.memory)[WORDS - 1] as number;
    for (let length = 0; length < least; length += 4) {
      const { memory, words } = copyOf(IMAGE, length);
      if (length > 8) words[2] = length;
      expect(Image.open(memory)).toBeUndefined();
    }
  });

  test("with any word of its head changed is not opened, unless only lists begin or end elsewhere", () => {
    const opened: unknown[] = [];
    const wrong = [0, 1, 7, 8, 64, 0x7fff_fff8, 0xffff_ffff];
    for (let word = 0; word < WORDS; word++) {
      const before = new Uint32Array(IMAGE.memory)[word] as number;
      for (const value of [...wrong, before + 1, before + 8, before - 8, before + 64, before - 64]) {
        const { memory, words } = copyOf(IMAGE);
        words[word] = value;
        if (words[word] === before) continue;
        const image = Image.open(memory);
        // Where lists begin and end, only a checksum can tell.
        const isBesideLists = /\.(lists|texts)$/.test(SEGMENTS[word - 4] ?? "");
        if (image !== undefined && !(isBesideLists && IndexManager.of(image).size === 100)) opened.push([word, value]);
      }
    }
    expect(opened).toEqual([]);
  });

  test("that ends before its last segments is not opened, unless only the last lists are missing", () => {
    for (let first = 0; first < SEGMENTS.length; first++) {
      const { memory, words } = copyOf(IMAGE);
      words.fill(IMAGE.byteLength, 4 + first, WORDS);
      expect(Image.open(memory) !== undefined).toBe(first === SEGMENTS.length - 1);
    }
  });

  test("with wrong counts and widths in its segments is not opened", () => {
    const opened: unknown[] = [];
    const head = new Uint32Array(IMAGE.memory, 0, WORDS);
    SEGMENTS.forEach((name, number) => {
      if (name.endsWith(".lists")) return;
      const start = (head[4 + number] as number) >>> 2;
      const place = name === "paths" || name.endsWith(".texts") ? start : start + 2;
      for (const value of [7, 1_000_000, 0xffff_ffff]) {
        const { memory, words } = copyOf(IMAGE);
        words[place] = value;
        // Fewer texts than there are may be what was meant.
        if (!(name.endsWith(".texts") && value === 7) && Image.open(memory) !== undefined) opened.push([name, value]);
      }
    });
    expect(opened).toEqual([]);
  });
});
