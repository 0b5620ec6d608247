import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IndexManager } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { termsOf } from "../../src/record/terms.ts";
import { flush } from "../support/flush-index.ts";
import { naiveNearest } from "../support/naive-nearest.ts";
import { recordOf } from "../support/small-records.ts";

function put(index: IndexManager, path: string, functions: string[]): void {
  const record = recordOf({ path, functions });
  index.put(record, 1, termsOf(record));
}

describe("the nearest term", () => {
  test("is as near as that of all terms that some record still has, in every layer", () => {
    const name = fc.string({ unit: fc.constantFrom("a", "b", "A", "_", "é", "世"), minLength: 1, maxLength: 7 });
    const step = fc.record({ path: fc.constantFrom("a", "b", "c"), names: fc.array(name, { maxLength: 40 }), isFlushed: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), fc.array(name, { minLength: 1, maxLength: 5 }), (steps, asked) => {
        const index = new IndexManager();
        const model = new Map<string, readonly string[]>();
        for (const { path, names, isFlushed } of steps) {
          put(index, path, names);
          model.set(path, names);
          if (isFlushed) flush(index);
        }
        const all = [...model.values()].flat();
        for (const text of asked) {
          const expected = naiveNearest(text, all)?.distance;
          for (const of of ["functionName", "symbol"] as const) {
            const found = index.nearestTerm(of, text);
            expect(found === undefined || all.includes(found)).toBe(true);
            expect(found === undefined ? undefined : naiveNearest(text, [found])?.distance).toBe(expected);
          }
        }
      }),
    );
  });

  test("is found among many that begin alike, and is none of a record that has gone", () => {
    const index = new IndexManager();
    const names = Array.from({ length: 3_000 }, (_, at) => `${["get", "set", "make"][at % 3]}Thing${at}`);
    for (const [at, name] of names.entries()) put(index, `${at}.ts`, [name]);
    put(index, "x.ts", ["kmalloc"]);
    flush(index);
    expect(["kmaloc", "kmlaloc", "malloc", "kmallocs", "KMALLOC", "zzzzzzzz"].map((text) => index.nearestTerm("symbol", text))).toEqual([
      "kmalloc",
      "kmalloc",
      "kmalloc",
      "kmalloc",
      undefined,
      undefined,
    ]);
    index.remove("x.ts" as FileMetadata["path"]);
    expect(index.nearestTerm("symbol", "kmaloc")).toBeUndefined();
    expect(index.nearestTerm("functionName", "makeThing2996x")).toBe("makeThing2996");
  });

  test("is right if the length of a name is the number of a letter in the name before it", () => {
    const index = new IndexManager();
    // The letter "a" is 97. Every 16th name of an image begins a block.
    const others = Array.from({ length: 15 }, (_, at) => `aa${at + 10}`);
    for (const [at, name] of [`Ab${"c".repeat(95)}`, ...others, `ab${"c".repeat(95)}`].entries()) put(index, `${at}.ts`, [name]);
    flush(index);
    expect(index.nearestTerm("functionName", `ab${"c".repeat(94)}d`)).toBe(`ab${"c".repeat(95)}`);
  });
});
