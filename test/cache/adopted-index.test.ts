import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { IndexUpkeep } from "../../src/cache/index-upkeep.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { ProjectSink } from "../../src/cache/opening/project-sink.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { IMAGE_FORMAT } from "../../src/indexing/image/image-format.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { TINY } from "../support/opened-cache.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

/** A checkpoint is due for any number of records. */
const UPKEEP: IndexUpkeep = { maxRecent: 7, checkpoints: { leastRecords: 1, leastChanges: 1, changedShare: 0, mostChanges: 1 } };

interface TwoProjects {
  readonly theirs: ProjectStore;
  readonly own: ProjectStore;
  /** Runs SQL as another program. In it, 1 is their project and 2 the own one. */
  exec(sql: string): void;
}

async function twoProjects(): Promise<TwoProjects> {
  const file = join(temporaryDirectory(), "metadata.db");
  const database = await openForTest(file);
  const [theirs, own] = [await database.openProject("theirs"), await database.openProject("own")];
  return { theirs, own, exec: (sql) => foreignConnection(file).exec(sql) };
}

/**
 * What a run into an empty project does: it writes, and leaves a checkpoint at its end. Returns if
 * it began with another index.
 */
async function run(store: ProjectStore, write: () => Promise<unknown>): Promise<boolean> {
  const debug: string[] = [];
  const sink = await ProjectSink.open(store, { upkeep: UPKEEP, logger: { ...silentLogger, debug: (text) => debug.push(text) } });
  await write();
  await sink.leaveCheckpoint();
  return debug.some((text) => text.includes("that of another project"));
}

/** Opens a cache from the checkpoint, and holds its index against the rows. */
async function expectSound(store: ProjectStore, records: readonly FileMetadata[]): Promise<void> {
  expect(await store.checkpoints.read(IMAGE_FORMAT)).toBeDefined();
  const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS, upkeep: UPKEEP });
  onTestFinished(() => cache.shutdown());
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
  expect(cache.paths({})).toEqual(records.map(({ path }) => path).toSorted());
  for (const record of records) expect(await cache.getMetadata(record.path)).toEqual(record);
  for (const name of ["f", "g", "h", "secret"]) {
    const having = records.filter(({ functions }) => functions.some((each) => each.name === name)).map(({ path }) => path);
    expect(cache.paths({ functionName: name })).toEqual(having.toSorted());
  }
  await cache.shutdown();
}

function fileOf(number: number, functions: readonly string[], modifiedAt = number): FileMetadata {
  return recordOf({ path: `d${number % 3}/f${number}.ts`, functions, modifiedAt, links: [`d0/f${number % 5}.ts`] });
}

const PAGE_BYTES = 16_384;

const FORTY = Array.from({ length: 40 }, (_, number) => fileOf(number, ["f"]));

describe("the index of a new project", () => {
  it("begins with the index of another project that has the same rows, with revisions and times of its own", async () => {
    const { theirs, own } = await twoProjects();
    await run(theirs, () => theirs.write(FORTY, []));
    const copies = FORTY.map((record) => ({ ...record, modifiedAt: record.modifiedAt + 1e6 })).toReversed();
    expect(await run(own, () => own.write(copies, []))).toBe(true);
    await expectSound(own, copies);
    await expectSound(theirs, FORTY);
  });

  it("takes from it nothing that the project itself does not have", async () => {
    const { theirs, own } = await twoProjects();
    await run(theirs, () => theirs.write([...FORTY, fileOf(90, ["secret"]), fileOf(91, ["secret"])], []));
    const mine = [...FORTY.slice(2), fileOf(0, ["g"]), fileOf(91, ["h"]), fileOf(95, ["h"])];
    expect(await run(own, () => own.write(mine, []))).toBe(true);
    await expectSound(own, mine);
  });

  it("trusts no digest: rows of one digest may say different things", async () => {
    const { theirs, own, exec } = await twoProjects();
    await run(theirs, () => theirs.write(FORTY, []));
    const changed = { ...fileOf(3, ["g"]), digest: (FORTY[3] as FileMetadata).digest };
    expect(await run(own, () => own.write(FORTY.with(3, changed), []))).toBe(true);
    await expectSound(own, FORTY.with(3, changed));
    // The other project now says the same, but its image is older.
    exec(`UPDATE file SET functions = (SELECT functions FROM file AS f WHERE f.path = file.path AND f.project_id = 2)
      WHERE project_id = 1 AND path = '${changed.path}'`);
    await own.checkpoints.remove();
    exec("DELETE FROM file WHERE project_id = 2");
    expect(await run(own, () => own.write(FORTY.with(3, changed), []))).toBe(true);
    await expectSound(own, FORTY.with(3, changed));
  });

  it.each([
    ["is damaged", "UPDATE checkpoint_part SET bytes = zeroblob(length(bytes)) WHERE project_id = 1"],
    ["has a damaged header", "UPDATE checkpoint SET revision = revision - 1 WHERE project_id = 1"],
    ["is of another format", "UPDATE checkpoint SET format = format + 1 WHERE project_id = 1"],
    ["is of a history that was undone", "UPDATE project SET token = token + 1 WHERE id = 1"],
    ["is a draft", "UPDATE checkpoint SET is_whole = 0 WHERE project_id = 1"],
  ])("is built from the rows if the other checkpoint %s", async (_, sql) => {
    const { theirs, own, exec } = await twoProjects();
    await run(theirs, () => theirs.write(FORTY, []));
    exec(sql);
    expect(await run(own, () => own.write(FORTY, []))).toBe(false);
    await expectSound(own, FORTY);
  });

  it.each([
    ["which says something else", "functions = 'torn' WHERE project_id = 2 AND path = 'd0/f3.ts'"],
    ["in both projects", "functions = 'torn' WHERE path = 'd0/f3.ts'"],
    ["whose time is none", "modified_at = 9e999 WHERE project_id = 2 AND path = 'd0/f3.ts'"],
  ])("knows a row that cannot be read, %s", async (_, change) => {
    const { theirs, own, exec } = await twoProjects();
    await run(theirs, () => theirs.write(FORTY, []));
    const write = async (): Promise<void> => {
      await own.write(FORTY, []);
      exec(`PRAGMA ignore_check_constraints = ON; UPDATE file SET ${change}`);
    };
    expect(await run(own, write)).toBe(true);
    const cache = await MetadataCache.open(own, TINY, { clock: WITHOUT_TIMERS, upkeep: UPKEEP });
    onTestFinished(() => cache.shutdown());
    expect([...cache.unreadable().keys()]).toEqual(["d0/f3.ts"]);
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
  });

  it("is built from the rows if the rows of the other project are corrupt", async () => {
    const file = join(temporaryDirectory(), "metadata.db");
    const before = await openSqliteDatabase({ file });
    const large = FORTY.map((record) => ({ ...record, headerSections: { ...record.headerSections, intent: "x".repeat(9_000) } }));
    const theirs = await before.openProject("theirs");
    await run(theirs, () => theirs.write(large, []));
    const own = await before.openProject("own");
    await own.write(large, []);
    await before.close();
    const bytes = readFileSync(file);
    // The first page that has rows is one of the other project.
    const page = Math.floor(bytes.indexOf("x".repeat(1_000)) / PAGE_BYTES) * PAGE_BYTES;
    writeFileSync(file, bytes.fill(0xff, page, page + 8));
    const { extractions } = await (await openForTest(file)).openProject("own");
    expect(await extractions.readSibling?.(IMAGE_FORMAT)).toBeUndefined();
  });

  it("equals the rows, whatever both projects have", async () => {
    const file = fc.record({ number: fc.nat(15), functions: fc.subarray(["f", "g", "h"]), modifiedAt: fc.nat(3) });
    const some = fc.uniqueArray(file, { maxLength: 12, selector: ({ number }) => number });
    const scenario = fc.record({ first: some, later: some, others: some, removed: fc.array(fc.nat(15), { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ first, later, others, removed }) => {
        const recordsOf = (list: typeof first): FileMetadata[] => list.map((each) => fileOf(each.number, each.functions, each.modifiedAt));
        const { theirs, own } = await twoProjects();
        await run(theirs, () => theirs.write([...FORTY, ...recordsOf(first)], []));
        const removedNow = removed.filter((number) => later.every((each) => each.number !== number));
        await theirs.write(
          recordsOf(later),
          removedNow.map((number) => fileOf(number, []).path),
        );
        const mine = new Map([...FORTY, ...recordsOf(others)].map((record) => [record.path, record]));
        await run(own, () => own.write([...mine.values()], []));
        await expectSound(own, [...mine.values()]);
      }),
      { numRuns: 40 },
    );
  });
});
