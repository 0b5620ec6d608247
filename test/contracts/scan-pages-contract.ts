import { expect, test } from "vitest";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { recordOf } from "../support/small-records.ts";
import type { DatabaseUnderTest } from "./metadata-database-contract.ts";

const LARGE = 100_000;

/** How every database hands out the rows of a scan, so that nobody waits long for the next turn. */
export function describeScanPages(open: () => Promise<DatabaseUnderTest>): void {
  const pagesOf = async (records: readonly FileMetadata[]): Promise<string[][]> => {
    const { database, dispose } = await open();
    try {
      const store = await database.openProject("p");
      await store.write(records, []);
      const pages: string[][] = [];
      for await (const page of (await store.scan(1_000)).pages) pages.push(page.map(({ path }) => path));
      expect(pages.flat().toSorted()).toEqual(records.map(({ path }) => path).toSorted());
      return pages;
    } finally {
      await dispose();
    }
  };

  test("a scan hands out few rows at a time, however many a page may have", async () => {
    const pages = await pagesOf(Array.from({ length: 100 }, (_, number) => recordOf({ path: `file-${number}.ts` })));
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(8);
  });

  test("a scan hands out fewer rows at a time if they are large", async () => {
    const large = Array.from({ length: 12 }, (_, number) => recordOf({ path: `large-${number}.ts`, intent: "x".repeat(LARGE) }));
    const pages = await pagesOf(large);
    expect(Math.max(...pages.map(({ length }) => length))).toBe(2);
  });
}
