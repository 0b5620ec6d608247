import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import type { FindingCode } from "../../src/base/finding.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const RECORDS = ["a.ts", "b.ts", "c.ts"].map((path) => recordOf({ path, functions: ["f"], documents: ["README.md"], intent: "one" }));

async function opened(): Promise<{ cache: MetadataCache; foreign: DatabaseSync }> {
  const file = join(temporaryDirectory(), "p.db");
  const store = await (await openForTest(file, { clock: WITHOUT_TIMERS })).openProject("p");
  await store.write(RECORDS, []);
  const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS });
  onTestFinished(() => cache.shutdown());
  return { cache, foreign: foreignConnection(file) };
}

test("a cache that loaded its records equals its database", async () => {
  const { cache } = await opened();
  expect(cache.getStats().residents).toBe(3);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

// The fields of a record that was given stand in another order than those of one that was read.
test("a cache that was given its records equals its database", async () => {
  const { cache } = await opened();
  await cache.update(RECORDS.map((record) => ({ ...record, size: 7 })));
  expect(cache.getStats().residents).toBe(3);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

// Only somebody who takes the triggers away can change a row unseen.
test.each<[string, [FindingCode, string, string][]]>([
  [
    "UPDATE file SET language = 'other' WHERE path = 'a.ts'",
    [
      ["ROW_CONTENT", "a.ts", 'the language terms of the row of "a.ts" differ'],
      ["ROW_CONTENT", "a.ts", 'the row of "a.ts" differs'],
    ],
  ],
  [
    "UPDATE file SET functions = '[]' WHERE path = 'b.ts'",
    [
      ["ROW_CONTENT", "b.ts", 'the functionName terms of the row of "b.ts" differ'],
      ["ROW_CONTENT", "b.ts", 'the symbol terms of the row of "b.ts" differ'],
      ["ROW_CONTENT", "b.ts", 'the row of "b.ts" differs'],
    ],
  ],
  [
    "UPDATE file SET digest = 'other' WHERE path = 'b.ts'",
    [["ROW_CONTENT", "b.ts", 'the row of "b.ts" differs from the record in memory']],
  ],
  ["DELETE FROM file WHERE path = 'c.ts'", [["ROW_MISSING", "c.ts", 'has no row for "c.ts"']]],
  [
    "UPDATE file SET path = 'd.ts' WHERE path = 'c.ts'",
    [
      ["ROW_NOT_INDEXED", "d.ts", 'has a row for "d.ts"'],
      ["ROW_MISSING", "c.ts", 'has no row for "c.ts"'],
    ],
  ],
  ["UPDATE file SET classes = '[{' WHERE path = 'a.ts'", [["ROW_UNREADABLE", "a.ts", 'the row of "a.ts" cannot be read']]],
])("what was changed past the feed is found: %s", async (sql, findings) => {
  const { cache, foreign } = await opened();
  foreign.exec("PRAGMA ignore_check_constraints = ON");
  for (const trigger of ["file_updated", "file_moved", "file_deleted"]) foreign.exec(`DROP TRIGGER ${trigger}`);
  foreign.exec(sql);
  const expected = findings.map(([code, path, problem]) => ({
    code,
    path,
    problem: expect.stringContaining(problem) as string,
    remedy: expect.stringContaining("metacache index") as string,
  }));
  expect(await cache.verifyAgainstDatabase()).toEqual(expected);
});
