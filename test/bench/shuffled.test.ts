import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { NOT_ASKED_FOR } from "../../bench/inputs/kernel.ts";
import { assertShuffled, shuffledNumbers } from "../../bench/inputs/shuffled.ts";
import { Stage } from "../../bench/inputs/stage.ts";
import { Workload } from "../../bench/inputs/workload.ts";

const directory = mkdtempSync(join(tmpdir(), "bench-shuffled-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const SIZES = { records: 1_000, rounds: 1, seed: 1, targetMs: 1, smoke: true, directory, kernel: NOT_ASKED_FOR };

describe("the order in which the benchmark inserts its records", () => {
  test("is the same for the same seed, another for another one, and leaves nobody out", () => {
    expect(shuffledNumbers(100, 1)).toEqual(shuffledNumbers(100, 1));
    expect(shuffledNumbers(100, 2)).not.toEqual(shuffledNumbers(100, 1));
    expect(shuffledNumbers(100, 1).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, number) => number));
  });

  test("is refused if it is that of the paths, or against it", () => {
    const paths = Array.from(new Workload({ records: 1_000, seed: 1 }).all(), ({ path }) => path as string);
    expect(assertShuffled("the workload", paths)).toMatchObject({ what: "the workload", records: 1_000 });
    expect(() => assertShuffled("sorted", paths.toSorted())).toThrow("sorted: 100 % of the neighbours come in the order of their paths");
    expect(() => assertShuffled("reversed", paths.toSorted().reverse())).toThrow("reversed: 0 %");
  });

  test("is told by the rows of a database that is used again", async () => {
    await using stage = new Stage(SIZES);
    await stage.databaseFile();
    await using later = new Stage(SIZES);
    await later.databaseFile();
    expect(later.insertions).toEqual(stage.insertions);
    expect(later.insertions).toMatchObject([{ what: "metacache-1000.db", records: 1_000 }]);
  });

  test("fills a cache by updates as it fills a database, with every record resident", async () => {
    await using stage = new Stage(SIZES);
    const [filled, warm] = [await stage.filledCache(), await stage.warmCache()];
    expect(filled.getStats().residents).toBe(1_000);
    expect(filled.paths({})).toEqual(warm.paths({}));
  });
});
