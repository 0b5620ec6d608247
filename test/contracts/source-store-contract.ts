import type { Fingerprint } from "../../src/record/fingerprint.ts";
import { compareValues } from "../../src/base/text/text-order.ts";
import { expect, test } from "vitest";
import { type CompleteRun, MAX_SKIPPED_FILES, type SkippedFile } from "../../src/database/source-store.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { recordOf } from "../support/small-records.ts";
import type { DatabaseUnderTest } from "./metadata-database-contract.ts";

const RUN: CompleteRun = {
  root: "/home/a b/ü",
  begunAt: 1_700_000_000_000,
  endedAt: 1_700_000_000_500.25,
  lister: "git",
  isTrusted: true,
  files: 3,
  skipped: 2,
};

/** What every implementation must keep of a project's tree besides its records. */
export function describeSourceStore(openDatabase: () => Promise<DatabaseUnderTest>): void {
  const openStore = async (): Promise<ProjectStore> => (await openDatabase()).database.openProject("p");

  test("knows of no run before the first, and of none that was not finished as complete", async () => {
    const { source } = await openStore();
    expect(await source.runs()).toBeUndefined();
    expect(await source.skippedFiles()).toEqual([]);
    const latest = { root: "/r", begunAt: 5 };
    await source.beginRun(latest);
    expect(await source.runs()).toEqual({ latest, complete: undefined });
  });

  test("keeps the last complete run while a later one is under way or was interrupted", async () => {
    const store = await openStore();
    await store.source.beginRun(RUN);
    await store.source.endRun(RUN, [{ path: "big.js", reason: "too-large", detail: "why", size: 5e9 }]);
    const { root, begunAt } = RUN;
    expect(await store.source.runs()).toEqual({ latest: { root, begunAt }, complete: RUN });
    const later = { root: "/elsewhere", begunAt: begunAt + 10 };
    await store.source.beginRun(later);
    expect(await store.source.runs()).toEqual({ latest: later, complete: RUN });
    expect(await store.source.skippedFile("big.js")).toEqual({ path: "big.js", reason: "too-large", detail: "why", size: 5e9 });
    expect(await store.source.skippedFile("small.js")).toBeUndefined();
    await store.source.endRun({ ...RUN, ...later, skipped: 0, isTrusted: false, lister: "walk" }, []);
    expect(await store.source.runs()).toMatchObject({ complete: { root: "/elsewhere", isTrusted: false, lister: "walk" } });
    expect(await store.source.skippedFiles()).toEqual([]);
  });

  test("draws no revision for what it keeps, and notes states of rows alone, until they are gone", async () => {
    const store = await openStore();
    const [a, b] = [recordOf({ path: "a" }), recordOf({ path: "b" })];
    const { position } = await store.write([a, b], []);
    await store.source.beginRun(RUN);
    await store.source.noteStates([
      { path: a.path, state: "first" },
      { path: a.path, state: "second" },
      { path: recordOf({ path: "nowhere" }).path, state: "x" },
    ]);
    await store.source.endRun(RUN, []);
    expect(await store.position()).toEqual(position);
    expect(await statesOf(store)).toEqual({ a: "second", b: undefined });
    await store.write([recordOf({ path: "a", intent: "changed" })], []);
    await store.write([recordOf({ path: "nowhere" })], [a.path]);
    await store.write([a], []);
    expect(await statesOf(store)).toEqual({ a: undefined, b: undefined, nowhere: undefined });
  });

  test("tells with a fingerprint in which language the file is and what its record lacks", async () => {
    const store = await openStore();
    await store.write([recordOf({ path: "a", language: "go", problems: ["time-budget"] }), recordOf({ path: "b" })], []);
    const found = (await fingerprintsOf(store)).map(({ path, language, problems }) => ({ path, language, problems }));
    expect(found).toEqual([
      { path: "a", language: "go", problems: ["time-budget"] },
      { path: "b", language: recordOf({ path: "b" }).language, problems: [] },
    ]);
  });

  test("keeps a bounded number of skipped files, each path once, the telling ones before pictures", async () => {
    const { source } = await openStore();
    const long = `${"d/".repeat(2_000)}ü`;
    const telling: SkippedFile[] = [
      { path: "a\ufffd", reason: "not-utf8-name", detail: "with a \0" },
      { path: "z", reason: "too-large", size: 1 },
      { path: long, reason: "unreadable" },
      { path: long, reason: "unreadable" },
    ];
    const pictures = Array.from({ length: MAX_SKIPPED_FILES }, (_, index) => ({ path: `m${index}.png`, reason: "binary" }));
    await source.endRun(RUN, [...pictures, ...telling]);
    const kept = await source.skippedFiles();
    expect(kept).toHaveLength(MAX_SKIPPED_FILES);
    expect(kept.map(({ path }) => path)).toEqual(kept.map(({ path }) => path).toSorted(compareValues));
    expect(kept.filter(({ reason }) => reason !== "binary").map(({ path }) => path)).toEqual(["a\ufffd", long, "z"].sort());
    expect(await source.skippedFile(long)).toEqual({ path: long, reason: "unreadable" });
    expect(await source.skippedFile("a\ufffd")).toMatchObject({ detail: "with a \ufffd" });
  });

  test("keeps the runs of projects apart, and those of a project that it was never told of too", async () => {
    const { database } = await openDatabase();
    const [one, two] = [await database.openProject("one"), await database.openProject("two")];
    await one.write([recordOf({ path: "a" })], []);
    await two.write([recordOf({ path: "a" })], []);
    await one.source.endRun(RUN, [{ path: "x", reason: "binary" }]);
    await one.source.noteStates([{ path: recordOf({ path: "a" }).path, state: "s" }]);
    expect([await two.source.runs(), await two.source.skippedFiles(), await statesOf(two)]).toEqual([undefined, [], { a: undefined }]);
    expect(await one.source.skippedFiles()).toEqual([{ path: "x", reason: "binary" }]);
  });

  test("throws E_CLOSED for what it keeps of the tree once it is closed", async () => {
    const { database } = await openDatabase();
    const { source } = await database.openProject("p");
    await database.close();
    const calls = [
      () => source.beginRun(RUN),
      () => source.endRun(RUN, []),
      () => source.runs(),
      () => source.skippedFiles(),
      () => source.skippedFile("a"),
      () => source.noteStates([]),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "E_CLOSED" });
  });
}

async function fingerprintsOf(store: ProjectStore): Promise<readonly Fingerprint[]> {
  const found: Fingerprint[] = [];
  for await (const page of store.readFingerprints(2)) found.push(...page);
  return found.sort((a, b) => compareValues(a.path, b.path));
}

async function statesOf(store: ProjectStore): Promise<Readonly<Record<string, string | undefined>>> {
  return Object.fromEntries((await fingerprintsOf(store)).map(({ path, state }) => [path, state]));
}
