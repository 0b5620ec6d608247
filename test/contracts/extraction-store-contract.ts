import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type ExtractionStore, KEPT_BYTES } from "../../src/database/extraction-store.ts";
import type { MetadataDatabase } from "../../src/database/metadata-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { recordOf } from "../support/small-records.ts";
import type { DatabaseUnderTest } from "./metadata-database-contract.ts";

const A = { ...recordOf({ path: "a", functions: ["f"] }), digest: "aa", extractorVersion: "7" };
const B = { ...recordOf({ path: "b", functions: ["g"], classes: ["K"] }), digest: "bb", extractorVersion: "7" };
const CUT = { ...recordOf({ path: "cut" }), digest: "cc", extractorVersion: "7", problems: ["time-budget"] } as const;

/** What every implementation finds again of what files said, and copies. */
export function describeExtractionStore(openDatabase: () => Promise<DatabaseUnderTest>): void {
  const open = async (): Promise<DatabaseUnderTest & { readonly database: MetadataDatabase; readonly extractions: ExtractionStore }> => {
    const opened = await openDatabase();
    return { ...opened, extractions: (await opened.database.openProject("p")).extractions };
  };
  /** The digests of those whose content a project that has nothing finds. */
  const find = async (database: MetadataDatabase, ...wanted: readonly FileMetadata[]): Promise<readonly string[]> => {
    const { copied } = await (await database.openProject("finder")).copy(wanted);
    await database.removeProject("finder");
    const digests = new Map(wanted.map(({ path, digest }) => [path, digest]));
    return copied.map(({ path }) => digests.get(path) ?? "").toSorted();
  };

  test("copies what any project has by digest, language and version, and none that is cut", async () => {
    const { database, extractions } = await open();
    expect(await extractions.hasOthers()).toBe(false);
    for (const name of ["q", "r"]) await (await database.openProject(name)).write([A, CUT], []);
    expect(await extractions.hasOthers()).toBe(true);
    const store = await database.openProject("p");
    const own = { ...A, path: "own/a" as ProjectPath, size: 7, modifiedAt: 1234.5 };
    const again = { ...own, path: "own/again" as ProjectPath };
    const { copied } = await store.copy([own, again, CUT, { ...A, path: "none" as ProjectPath, digest: "none" }]);
    expect(copied.toSorted((one, other) => (one.path < other.path ? -1 : 1))).toEqual([
      { path: "own/a", problems: A.problems, isChanged: true },
      { path: "own/again", problems: A.problems, isChanged: true },
    ]);
    const { rows } = await store.readRows(["own/a", "own/again", "cut", "none", "a"] as ProjectPath[]);
    expect(rows.map(({ record }) => record)).toEqual([own, again]);
    for (const other of [{ digest: "b" }, { language: "other" }, { extractorVersion: "8" }]) {
      expect(await find(database, { ...A, ...other })).toEqual([]);
    }
    expect(await store.copy([])).toMatchObject({ copied: [] });
  });

  test("a copy is a write: each change has its revision in the feed, and what is the same already changes nothing", async () => {
    const { database } = await open();
    await (await database.openProject("q")).write([A, B], []);
    const store = await database.openProject("p");
    const { position: start } = await store.write(
      [
        { ...A, path: "x" as ProjectPath, digest: "old" },
        { ...B, size: 99 },
      ],
      [],
    );
    const wanted = [{ ...A, path: "x" as ProjectPath }, B, { ...B, path: "y" as ProjectPath, modifiedAt: 5 }];
    const first = await store.copy(wanted);
    expect(first.before).toEqual(start);
    expect(first.position.revision).toBe(start.revision + 3);
    expect(first.position.token).not.toBe(start.token);
    expect(first.copied.every(({ isChanged }) => isChanged)).toBe(true);
    const { position, continues, changes = [] } = await store.readChanges(start, 10);
    expect({ position, continues }).toEqual({ position: first.position, continues: true });
    expect(new Map(changes.map((change) => [change.path, "record" in change ? change.record : undefined]))).toEqual(
      new Map(wanted.map((record) => [record.path, record])),
    );
    expect(changes.map(({ revision }) => revision)).toEqual([1, 2, 3].map((step) => start.revision + step));
    const second = await store.copy(wanted);
    expect(second.copied.map(({ isChanged }) => isChanged)).toEqual([false, false, false]);
    expect(second).toMatchObject({ before: first.position, position: first.position });
    const moved = await store.copy([{ ...B, modifiedAt: 6 }]);
    expect(moved.position.revision).toBe(first.position.revision + 1);
    expect((await store.readRows([B.path])).rows).toMatchObject([{ record: { ...B, modifiedAt: 6 } }]);
  });

  test("copies take their turn with the writes of the same store, in the order of the calls", async () => {
    const { database } = await open();
    await (await database.openProject("q")).write([A], []);
    const store = await database.openProject("p");
    const mine = { ...A, path: "x" as ProjectPath };
    const other = { ...B, path: "x" as ProjectPath };
    await Promise.all([store.write([other], []), store.copy([mine])]);
    expect((await store.readRows([mine.path])).rows).toMatchObject([{ record: mine }]);
    await Promise.all([store.copy([{ ...mine, size: 5 }]), store.write([other], [])]);
    expect((await store.readRows([mine.path])).rows).toMatchObject([{ record: other }]);
  });

  test("of many files, some of which are known, those are copied", async () => {
    const { database } = await open();
    const records = Array.from({ length: 1_200 }, (_, index) => ({ ...A, path: `f${index}` as ProjectPath, digest: `d${index}` }));
    await (
      await database.openProject("q")
    ).write(
      records.filter((_, index) => index % 3 > 0),
      [],
    );
    const store = await database.openProject("p");
    const { before, position, copied } = await store.copy(records);
    expect(copied.map(({ path }) => path).toSorted()).toEqual(
      records
        .filter((_, index) => index % 3 > 0)
        .map(({ path }) => path)
        .toSorted(),
    );
    expect(position.revision - before.revision).toBe(800);
  });

  test("a copy of a row that cannot be read cannot be read either, and says so", async () => {
    const { database, corruptRow } = await open();
    await (await database.openProject("q")).write([A, B], []);
    await corruptRow("q", A.path);
    const store = await database.openProject("p");
    const { copied } = await store.copy([A, B]);
    const { rows } = await store.readRows([A.path, B.path]);
    expect(rows.flatMap(({ record }) => record ?? [])).toEqual([B]);
    // Whether a row that cannot be read is copied is the implementation's own: nobody takes it for
    // a record.
    expect(copied.map(({ path }) => path)).toContain(B.path);
  });

  test("keeps what is told, though the rows are replaced or removed, and neither draws a revision nor makes a project known", async () => {
    const { database, extractions } = await open();
    await extractions.keep([A.path]);
    expect(await database.projectNames()).toEqual([]);
    const store = await database.openProject("p");
    const { position } = await store.write([A, CUT], []);
    await extractions.keep([A.path, CUT.path, recordOf({ path: "unknown" }).path]);
    await extractions.keep([A.path]);
    expect(await store.position()).toEqual(position);
    await store.write([{ ...A, digest: "bb" }], [CUT.path]);
    expect(await find(database, A, CUT)).toEqual(["aa"]);
    const back = { ...A, path: "back" as ProjectPath };
    await store.copy([back]);
    expect((await store.readRows([back.path])).rows).toMatchObject([{ record: back }]);
    expect(await extractions.hasOthers()).toBe(true);
  });

  test("a record of another program is stored and found whatever the length of its digest", async () => {
    const { database, extractions } = await open();
    const store = await database.openProject("p");
    const long = { ...A, digest: randomBytes(5_000).toString("hex") };
    await store.write([long], []);
    expect(await find(database, long)).toEqual([long.digest]);
    await extractions.keep([long.path]);
    await store.write([], [long.path]);
    expect(await store.readRows([long.path])).toMatchObject({ rows: [] });
  });

  test("the oldest make way for others, and a huge one is not kept", async () => {
    const { database, extractions } = await open();
    const store = await database.openProject("p");
    const large = (index: number, bytes: number): FileMetadata => ({
      ...A,
      path: `large${index}` as ProjectPath,
      digest: `d${index}`,
      headerSections: { ...A.headerSections, intent: "x".repeat(bytes) },
    });
    const records = Array.from({ length: 70 }, (_, index) => large(index, 1_000_000));
    for (let start = 0; start < records.length; start += 10) await store.write(records.slice(start, start + 10), []);
    await store.write([large(99, 1_100_000)], []);
    await extractions.keep([...records.map(({ path }) => path), large(99, 0).path]);
    await store.write([], [...records.map(({ path }) => path), large(99, 0).path]);
    const kept = await find(database, ...records, large(99, 0));
    expect(kept).not.toContain("d99");
    expect(kept).not.toContain("d0");
    expect(kept).toContain("d69");
    expect(kept.length).toBe(Math.floor(KEPT_BYTES / 1_000_000));
  });
}
