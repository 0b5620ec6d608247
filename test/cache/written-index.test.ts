import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { ProjectSink } from "../../src/cache/opening/project-sink.ts";
import { WrittenIndex } from "../../src/cache/writing/written-index.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { IMAGE_FORMAT } from "../../src/indexing/image/image-format.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { allPlaces, OFTEN } from "../support/checkpoint-places.ts";
import { recordOf } from "../support/small-records.ts";
import { TINY } from "../support/opened-cache.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

type Step =
  | { readonly who: "run" | "other"; readonly put: readonly number[]; readonly functionName: string }
  | { readonly who: "run" | "other"; readonly remove: readonly number[] };

function pathOf(file: number): ProjectPath {
  return `d${file % 3}/f${file}.ts` as ProjectPath;
}

function newFiles(from: number, to: number, functionName = "f"): Step {
  return { who: "run", put: Array.from({ length: to - from }, (_, place) => from + place), functionName };
}

/**
 * What a run does with an empty project, with writes of another program in between. Returns how
 * often all rows were read after the opening.
 */
async function run(store: ProjectStore, steps: readonly Step[]): Promise<number> {
  const sink = await ProjectSink.open(store, { upkeep: OFTEN, clock: WITHOUT_TIMERS });
  const scan = vi.spyOn(store, "scan");
  for (const step of steps) {
    const put = "put" in step ? step.put.map((file) => recordOf({ path: pathOf(file), functions: [step.functionName], size: file })) : [];
    const remove = "remove" in step ? step.remove.map(pathOf) : [];
    if (step.who === "other") await store.write(put, remove);
    else if (put.length > 0) await sink.update(put);
    else await sink.remove(remove);
  }
  await sink.leaveCheckpoint();
  const scans = scan.mock.calls.length;
  scan.mockRestore();
  return scans;
}

/** Holds an index that is opened from the checkpoint against the rows. */
async function expectSound(store: ProjectStore): Promise<void> {
  const { position } = await store.readRows([]);
  const kept = await store.checkpoints.read(IMAGE_FORMAT);
  const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS, upkeep: OFTEN });
  if (cache.count({}) > 0) expect(kept?.position.revision).toBe(position.revision);
  expect(cache.revision).toBe(position.revision);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
  await cache.shutdown();
}

describe.each(allPlaces())("the index of what a run wrote to %s", (_name, placeOf) => {
  async function emptyProject(): Promise<ProjectStore> {
    const place = await placeOf();
    return (await place.open()).openProject("own");
  }

  it("is left as the checkpoint, and no row is read for it", async () => {
    const store = await emptyProject();
    expect(await run(store, [newFiles(0, 20), newFiles(20, 50, "g")])).toBe(0);
    await expectSound(store);
  });

  it("takes over what another program changed after the last write of the run", async () => {
    const store = await emptyProject();
    const other: Step[] = [
      { who: "other", put: [3, 70], functionName: "h" },
      { who: "other", remove: [4] },
    ];
    expect(await run(store, [newFiles(0, 20), ...other])).toBe(0);
    await expectSound(store);
  });

  it.each<[string, Step]>([
    ["another program stored a record", { who: "other", put: [70], functionName: "h" }],
    ["another program replaced a record", { who: "other", put: [3], functionName: "h" }],
    ["another program removed a record", { who: "other", remove: [3] }],
    ["the run itself replaced a record", { who: "run", put: [3], functionName: "h" }],
    ["the run itself removed a record", { who: "run", remove: [3] }],
  ])("is given up, and the rows are read, if %s between two writes", async (_, step) => {
    const store = await emptyProject();
    expect(await run(store, [newFiles(0, 20), step, newFiles(20, 40)])).toBeGreaterThan(0);
    await expectSound(store);
  });

  it("equals the rows, whatever the run and others write, in any order", async () => {
    const who = fc.constantFrom("run" as const, "run" as const, "run" as const, "other" as const);
    const files = fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 6 });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ who, put: files, functionName: fc.constantFrom("f", "g", "h") }) },
      { weight: 1, arbitrary: fc.record({ who, remove: files }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        const store = await emptyProject();
        await run(store, steps);
        await expectSound(store);
      }),
      { numRuns: 25 },
    );
  });

  it("packs in the order of the writes, even if nobody awaits them", async () => {
    const store = await emptyProject();
    const written = new WrittenIndex(await store.position(), WITHOUT_TIMERS);
    const taken: Promise<void>[] = [];
    for (let file = 0; file < 30; file++) taken.push(written.take(await store.write([recordOf({ path: pathOf(file) })], [])));
    const placed = await written.finish();
    await Promise.all(taken);
    expect(placed).toMatchObject({ image: { count: 30 }, position: { revision: 30 } });
    expect(await written.finish()).toBeUndefined();
  });
});
