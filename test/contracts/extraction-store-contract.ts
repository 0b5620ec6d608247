import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { type ExtractionStore, KEPT_BYTES } from "../../src/database/extraction-store.ts";
import type { MetadataDatabase } from "../../src/database/metadata-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { recordOf } from "../support/small-records.ts";
import type { DatabaseUnderTest } from "./metadata-database-contract.ts";

const A = { ...recordOf({ path: "a", functions: ["f"] }), digest: "aa", extractorVersion: "7" };
const CUT = { ...recordOf({ path: "cut" }), digest: "cc", extractorVersion: "7", problems: ["time-budget"] } as const;

/** What every implementation finds again of what files said. */
export function describeExtractionStore(openDatabase: () => Promise<DatabaseUnderTest>): void {
  const open = async (): Promise<{ database: MetadataDatabase; extractions: ExtractionStore }> => {
    const { database } = await openDatabase();
    return { database, extractions: (await database.openProject("p")).extractions };
  };
  const find = async (extractions: ExtractionStore, ...wanted: readonly FileMetadata[]): Promise<readonly string[]> =>
    (await extractions.find(wanted)).map((record) => record.digest).toSorted();

  test("finds what any project has by digest, language and version, once each, and none that is cut", async () => {
    const { database, extractions } = await open();
    expect(await extractions.hasOthers()).toBe(false);
    for (const name of ["q", "r"]) await (await database.openProject(name)).write([A, CUT], []);
    expect(await extractions.hasOthers()).toBe(true);
    const [found, ...others] = await extractions.find([A, A, CUT, { ...A, digest: "none" }].slice(1));
    expect(found).toEqual(A);
    expect(others).toEqual([]);
    for (const other of [{ digest: "b" }, { language: "other" }, { extractorVersion: "8" }]) {
      expect(await find(extractions, { ...A, ...other })).toEqual([]);
    }
    expect(await extractions.find([])).toEqual([]);
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
    expect(await find(extractions, A, CUT)).toEqual(["aa"]);
    expect(await extractions.hasOthers()).toBe(true);
  });

  test("a record of another program is stored and found whatever the length of its digest", async () => {
    const { database, extractions } = await open();
    const store = await database.openProject("p");
    const long = { ...A, digest: randomBytes(5_000).toString("hex") };
    await store.write([long], []);
    expect(await extractions.find([long])).toEqual([long]);
    await extractions.keep([long.path]);
    await store.write([], [long.path]);
    expect(await store.readRows([long.path])).toMatchObject({ rows: [] });
  });

  test("the oldest make way for others, and a huge one is not kept", { timeout: 60_000 }, async () => {
    const { database, extractions } = await open();
    const store = await database.openProject("p");
    const large = (index: number, bytes: number): FileMetadata => ({
      ...A,
      path: `large${index}` as FileMetadata["path"],
      digest: `d${index}`,
      headerSections: { ...A.headerSections, intent: "x".repeat(bytes) },
    });
    const records = Array.from({ length: 70 }, (_, index) => large(index, 1_000_000));
    for (let start = 0; start < records.length; start += 10) await store.write(records.slice(start, start + 10), []);
    await store.write([large(99, 1_100_000)], []);
    await extractions.keep([...records.map(({ path }) => path), large(99, 0).path]);
    await store.write([], [...records.map(({ path }) => path), large(99, 0).path]);
    const kept = await find(extractions, ...records, large(99, 0));
    expect(kept).not.toContain("d99");
    expect(kept).not.toContain("d0");
    expect(kept).toContain("d69");
    expect(kept.length).toBe(Math.floor(KEPT_BYTES / 1_000_000));
  });
}
