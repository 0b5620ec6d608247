import type { Fingerprint } from "../../src/record/fingerprint.ts";
import { compareValues } from "../../src/base/text/text-order.ts";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { MetadataDatabase, ProjectStore, StoredChange, StoredRow, StorePosition } from "../../src/database/metadata-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { describeCheckpointStore } from "./checkpoint-store-contract.ts";
import { describeExtractionStore } from "./extraction-store-contract.ts";
import { describeSourceStore } from "./source-store-contract.ts";
import { describeTombstoneStore } from "./tombstone-store-contract.ts";
import { arbitraryFileMetadata } from "../support/arbitrary-file-metadata.ts";
import { recordOf, SMALL_PATHS, smallPath, smallRecord } from "../support/small-records.ts";

export type SqlValue = number | string | Uint8Array;

export interface DatabaseUnderTest {
  /** New and empty. */
  readonly database: MetadataDatabase;
  /**
   * Makes the row of that path one that cannot be read, as another program might; the path exists.
   */
  corruptRow(project: string, path: ProjectPath): Promise<void>;
  /**
   * Runs a statement as another program might, with `$1`, `$2`, … for values and `metacache.`
   * before the tables. Missing if there is no SQL.
   */
  sql?(text: string, ...values: readonly SqlValue[]): Promise<readonly (readonly unknown[])[]>;
  /** Opens the same database once more, for reading alone. */
  openReader?(): Promise<MetadataDatabase>;
  /** Closes the database if it is not, and leaves nothing behind. */
  dispose(): Promise<void>;
}

/** What every implementation of the port must do. */
export function describeMetadataDatabase(name: string, open: () => Promise<DatabaseUnderTest>): void {
  async function openDatabase(): Promise<DatabaseUnderTest> {
    const opened = await open();
    onTestFinished(() => opened.dispose());
    return opened;
  }

  async function openStore(): Promise<ProjectStore> {
    return knownProject((await openDatabase()).database, "p");
  }

  describe(`the ${name} database`, () => {
    test("answers like its naive model after every step of any sequence of writes, corruptions and compactions", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const opened = await open();
          try {
            await followModel(opened, steps);
          } finally {
            await opened.dispose();
          }
        }),
        { numRuns: 40 },
      );
    });

    test("stores every valid record and gives it back exactly, frozen", async () => {
      const store = await openStore();
      await fc.assert(
        fc.asyncProperty(fc.array(arbitraryFileMetadata, { minLength: 1, maxLength: 4 }), async (records) => {
          await store.write(records, []);
          const expected = new Map(records.map((record) => [record.path, record]));
          const { rows } = await store.readRows([...expected.keys()]);
          expect(new Map(rows.map((row) => [row.path, row.record]))).toStrictEqual(expected);
          expect(rows.every((row) => Object.isFrozen(row.record?.headerSections.constraints))).toBe(true);
          expect((await store.write(records, [])).changes).toEqual([]);
        }),
      );
    });

    test("tells of each change of a write with its own revision, in one receipt", async () => {
      const store = await openStore();
      const [a, b, c] = [recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })];
      const start = await store.position();
      expect(start).toMatchObject({ revision: 0, horizon: 0 });
      const first = await store.write([a, b], []);
      expect(first).toEqual({
        before: start,
        position: { ...start, revision: 2, token: first.position.token },
        changes: [
          { path: "a", revision: 1, record: a },
          { path: "b", revision: 2, record: b },
        ],
      });
      const changed = recordOf({ path: "b", intent: "new" });
      const second = await store.write([a, changed, c], [recordOf({ path: "nowhere" }).path]);
      expect(second.before).toEqual(first.position);
      expectChanges(second.changes, 2, [
        { path: "b", record: changed },
        { path: "c", record: c },
      ]);
      const third = await store.write([], [c.path, a.path, c.path]);
      expectChanges(third.changes, 4, [
        { path: "a", deleted: true },
        { path: "c", deleted: true },
      ]);
      expect(await store.position()).toEqual(third.position);
    });

    test("takes the last of several records of one path, and refuses to store and remove one at once", async () => {
      const store = await openStore();
      const last = recordOf({ path: "a", intent: "last" });
      const receipt = await store.write([recordOf({ path: "a", intent: "first" }), last], []);
      expect(receipt.changes).toEqual([{ path: "a", revision: 1, record: last }]);
      const other = recordOf({ path: "b" });
      await expect(store.write([other, recordOf({ path: "a" })], [last.path])).rejects.toMatchObject({ code: "E_RECORD" });
      expect(await store.readRows([last.path, other.path])).toMatchObject({ position: { revision: 1 }, rows: [{ record: last }] });
    });

    test("tells what changed, the newest change of each path, oldest first", async () => {
      const store = await openStore();
      const start = await store.position();
      await store.write([recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []);
      const { position } = await store.write([recordOf({ path: "a", intent: "new" })], [recordOf({ path: "b" }).path]);
      const batch = await store.readChanges(start, 3);
      expect(batch.position).toEqual(position);
      expect(batch.changes).toEqual([
        { path: "c", revision: 3, record: recordOf({ path: "c" }) },
        { path: "a", revision: 4, record: recordOf({ path: "a", intent: "new" }) },
        { path: "b", revision: 5, deleted: true },
      ]);
      expect((await store.readChanges(position, 0)).changes).toEqual([]);
    });

    test("tells whether a reader's position lies on its own history", async () => {
      const store = await openStore();
      const { before, position: first } = await store.write([recordOf({ path: "a" }), recordOf({ path: "b" })], []);
      const { position: second } = await store.write([], [recordOf({ path: "a" }).path]);
      expect(first.token).not.toBe(second.token);
      const own = [undefined, before, first, second];
      const others = [
        { ...first, token: second.token },
        { ...second, token: first.token },
        { ...second, revision: second.revision + 1 },
        { ...first, epoch: "another" },
      ];
      for (const [sinces, continues] of [
        [own, true],
        [others, false],
      ] as const) {
        for (const since of sinces) {
          const known = { position: since, revisions: new Map() };
          const rows = await store.readRows([recordOf({ path: "b" }).path], known);
          expect([since, rows.continues, rows.rows.length]).toEqual([since, continues, 1]);
          const scan = await store.scan(10, since);
          expect([since, scan.continues]).toEqual([since, continues]);
          await scan.close();
          if (since === undefined) continue;
          const batch = await store.readChanges(since, 10);
          expect([since, batch.continues, batch.changes !== undefined]).toEqual([since, continues, continues]);
        }
      }
      // Forgetting tombstones forgets no history.
      await store.compact(second.revision);
      expect(await store.readChanges(first, 10)).toMatchObject({ continues: true, changes: undefined });
    });

    test("does not tell what it cannot know: from another epoch, before the horizon, from the future, or too much", async () => {
      const store = await openStore();
      await store.write([recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []);
      const before = await store.position();
      const { position } = await store.write([], [recordOf({ path: "a" }).path]);
      const start = { ...position, revision: 0 };
      expect((await store.readChanges({ ...before, epoch: "other" }, 10)).changes).toBeUndefined();
      expect((await store.readChanges({ ...position, revision: 5 }, 10)).changes).toBeUndefined();
      expect((await store.readChanges(start, 2)).changes).toBeUndefined();
      expect((await store.readChanges(start, 3)).changes).toHaveLength(3);
      expect((await store.readChanges(start, Number.MAX_SAFE_INTEGER)).changes).toHaveLength(3);
      await store.compact(3);
      expect(await store.position()).toEqual({ ...position, horizon: 3 });
      expect((await store.readChanges(start, 10)).changes).toBeUndefined();
      expect((await store.readChanges(before, 10)).changes).toEqual([{ path: "a", revision: 4, deleted: true }]);
      await store.compact(100);
      expect(await store.position()).toEqual({ ...position, horizon: 4 });
      await store.compact(1);
      expect((await store.position()).horizon).toBe(4);
      expect((await store.readChanges(position, 10)).changes).toEqual([]);
    });

    test("reads any number of rows at once, each once, and says nothing of those that are not there", async () => {
      const store = await openStore();
      const records = Array.from({ length: 1_200 }, (_, index) => recordOf({ path: `lib/${index}.ts`, size: index }));
      const early = (await store.write(records.slice(0, 100), [])).position;
      await store.write(records.slice(100), []);
      const paths = records.map((record) => record.path);
      const { rows, position } = await store.readRows([...paths, ...paths.slice(0, 10), recordOf({ path: "nowhere" }).path]);
      expect(position.revision).toBe(1_200);
      expect(rows.map((row) => row.record)).toEqual(records);
      expect(rows.map((row) => row.revision)).toEqual(records.map((_, index) => index + 1));
      expect(await store.readRows([])).toMatchObject({ rows: [] });
      expect((await store.readChanges(early, 5_000)).changes?.map((change) => change.path)).toEqual(paths.slice(100));
    });

    test("takes over revisions that the reader knows only if nothing has changed since", async () => {
      const store = await openStore();
      const [a, b] = [recordOf({ path: "a" }), recordOf({ path: "b" })];
      const { position } = await store.write([a, b], []);
      const known = { position, revisions: new Map([[a.path, 1]]) };
      const rows = [
        { path: "a", revision: 1, record: a },
        { path: "b", revision: 2, record: b },
      ];
      expect((await store.readRows([a.path, b.path, recordOf({ path: "c" }).path], known)).rows).toEqual(rows);
      const newer = recordOf({ path: "a", intent: "newer" });
      await store.write([newer], []);
      expect((await store.readRows([a.path], known)).rows).toEqual([{ path: "a", revision: 3, record: newer }]);
      const elsewhere = { ...known, position: { ...position, epoch: "another", revision: 3 } };
      expect((await store.readRows([a.path], elsewhere)).rows).toMatchObject([{ revision: 3 }]);
    });

    test("scans in one snapshot: what is written meanwhile is not in it", async () => {
      const store = await openStore();
      const records = Array.from({ length: 10 }, (_, index) => recordOf({ path: `${index}` }));
      await store.write(records, []);
      const scan = await store.scan(3);
      expect(scan).toMatchObject({ position: await store.position(), total: 10 });
      const rows: StoredRow[] = [];
      for await (const page of scan.pages) {
        expect(page.length).toBeLessThanOrEqual(3);
        rows.push(...page);
        await store.write(
          [recordOf({ path: `new ${rows.length}` }), recordOf({ path: "9", intent: "changed" })],
          [records[8]?.path as ProjectPath],
        );
      }
      await scan.close();
      expect(sortedRows(rows)).toEqual(records.map((record, index) => ({ path: record.path, revision: index + 1, record })));
      await scan.close();
    });

    test("scans references alone: symbols are left out of each record, and nothing else", async () => {
      const store = await openStore();
      const records = Array.from({ length: 5 }, (_, index) =>
        recordOf({ path: `${index}`, functions: ["f"], classes: ["C"], links: ["x.md"], intent: "why" }),
      );
      await store.write(records, []);
      const scan = await store.scan(2, undefined, "references");
      const rows: StoredRow[] = [];
      for await (const page of scan.pages) rows.push(...page);
      const left = records.map((record) => ({ ...record, functions: [], classes: [], symbols: [] }));
      expect(sortedRows(rows)).toEqual(left.map((record, index) => ({ path: record.path, revision: index + 1, record })));
    });

    test("goes on working after scans that were left early, closed, or never begun", async () => {
      const store = await openStore();
      await store.write(
        Array.from({ length: 10 }, (_, index) => recordOf({ path: `${index}` })),
        [],
      );
      for (let round = 0; round < 5; round++) {
        const scan = await store.scan(2);
        for await (const page of scan.pages) {
          expect(page).toHaveLength(2);
          break;
        }
        await (await store.scan(2)).close();
        for await (const page of store.readFingerprints(4)) {
          expect(page).toHaveLength(4);
          break;
        }
      }
      expect((await rowsOf(store, 100)).length).toBe(10);
      expect((await store.write([recordOf({ path: "11" })], [])).position.revision).toBe(11);
    });

    test("keeps projects apart: the same path, revisions, changes, scans and compaction", async () => {
      const { database } = await openDatabase();
      const [one, two] = [await knownProject(database, "one"), await knownProject(database, "two")];
      const [own, others] = [recordOf({ path: "a", intent: "one" }), recordOf({ path: "a", intent: "two" })];
      const start = await two.position();
      await one.write([own, recordOf({ path: "b" })], []);
      expect(await two.position()).toEqual(start);
      await two.write([others], []);
      await one.write([], [recordOf({ path: "b" }).path]);
      await one.compact(3);
      expect(await two.position()).toMatchObject({ revision: 1, horizon: 0 });
      expect((await two.readChanges(start, 10)).changes).toEqual([{ path: "a", revision: 1, record: others }]);
      expect(await rowsOf(one, 10)).toEqual([{ path: "a", revision: 1, record: own }]);
      expect(await rowsOf(two, 10)).toEqual([{ path: "a", revision: 1, record: others }]);
      expect((await (await database.openProject("one")).readRows([own.path])).rows).toMatchObject([{ record: own }]);
      expect(await (await database.openProject("one")).position()).toEqual(await one.position());
    });

    test("names its projects in the order of their UTF-16 code units, whatever they are called", async () => {
      const { database } = await openDatabase();
      const names = ["b", "__proto__", "a'; DROP TABLE project; --", "\u{1f600}", "\uffee", "a b\n", "B"];
      for (const each of [...names, "b"]) await knownProject(database, each);
      expect(await database.projectNames()).toEqual([...names].sort());
    });

    test("creates nothing when it is read: the first write makes a project known, and an empty one does", async () => {
      const { database } = await openDatabase();
      const store = await database.openProject("p");
      const known = { position: await store.position(), revisions: new Map() };
      expect(known.position).toMatchObject({ revision: 0, horizon: 0 });
      expect((await store.readRows([recordOf({ path: "a" }).path], known)).rows).toEqual([]);
      expect((await store.readChanges(known.position, 10)).changes).toEqual([]);
      expect(await rowsOf(store, 10)).toEqual([]);
      for await (const page of store.readFingerprints(10)) expect(page).toEqual([]);
      expect(await database.projectNames()).toEqual([]);
      await store.write([], []);
      expect(await database.projectNames()).toEqual(["p"]);
    });

    test("removes a project with all that it has, and no other", async () => {
      const { database } = await openDatabase();
      const [one, two] = [await knownProject(database, "one"), await knownProject(database, "two")];
      await one.write([recordOf({ path: "a" }), recordOf({ path: "b" })], []);
      await two.write([recordOf({ path: "a" })], []);
      const before = await one.position();
      expect(await database.removeProject("one")).toBe(2);
      expect(await database.removeProject("one")).toBeUndefined();
      expect(await database.projectNames()).toEqual(["two"]);
      expect(await rowsOf(two, 10)).toHaveLength(1);
      const again = await knownProject(database, "one");
      expect(await rowsOf(again, 10)).toEqual([]);
      expect((await again.readChanges(before, 10)).changes ?? []).toEqual([]);
    });

    test("reports a row that cannot be read, and hides no other behind it", async () => {
      const { database, corruptRow } = await openDatabase();
      const store = await database.openProject("p");
      const [a, b, c] = [recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })];
      const { position } = await store.write([a, b, c], []);
      await corruptRow("p", b.path);
      const unreadable = { path: "b", revision: 4, unreadable: expect.any(String) as string };
      expect(await rowsOf(store, 1)).toEqual([{ path: "a", revision: 1, record: a }, unreadable, { path: "c", revision: 3, record: c }]);
      expect((await store.readRows([c.path, b.path])).rows).toEqual([{ path: "c", revision: 3, record: c }, unreadable]);
      expect((await store.readChanges(position, 10)).changes).toEqual([unreadable]);
      expect((await store.write([b], [])).changes).toEqual([{ path: "b", revision: 5, record: b }]);
      expect((await store.readRows([b.path])).rows).toEqual([{ path: "b", revision: 5, record: b }]);
    });

    test("gives writes that are made at once one order without gaps, all or nothing each", async () => {
      const store = await openStore();
      const writes = Array.from({ length: 40 }, (_, index) =>
        store.write([recordOf({ path: "shared", size: index }), recordOf({ path: `own ${index}` })], []),
      );
      const receipts = (await Promise.all(writes)).toSorted((one, other) => one.before.revision - other.before.revision);
      receipts.forEach((receipt, index) => {
        expect(receipt.before).toEqual(receipts[index - 1]?.position ?? { ...receipt.position, revision: 0, token: 0 });
        expect(receipt.before.revision).toBe(2 * index);
        expect(receipt.position.revision).toBe(2 * index + 2);
        expect(receipt.changes.map((change) => change.revision)).toEqual([2 * index + 1, 2 * index + 2]);
      });
      expect(await store.position()).toMatchObject({ revision: 80 });
    });

    test("makes writes that nobody awaits one by one take effect in the order of the calls, a failed one among them too", async () => {
      const { database } = await openDatabase();
      const [store, other] = [await database.openProject("p"), await database.openProject("other")];
      const path = recordOf({ path: "a" }).path;
      const sized = (size: number): FileMetadata => recordOf({ path, size });
      for (let round = 0; round < 5; round++) {
        const receipts = await Promise.all([
          store.write([sized(1)], []),
          store.write([sized(2)], []),
          store.write([], [path]),
          store.write([sized(3)], [path]).catch(() => undefined),
          store.write([sized(4)], []),
          store.write([], [path]),
          store.write([sized(5)], []),
          other.write([sized(6)], []),
        ]);
        const own = receipts.slice(0, -1).flatMap((receipt) => receipt ?? []);
        const revisions = own.map(({ position }) => position.revision);
        expect(revisions).toEqual(revisions.toSorted((one, next) => one - next));
        expect((await store.readRows([path])).rows).toMatchObject([{ record: { size: 5 } }]);
      }
      expect((await other.readRows([path])).rows).toMatchObject([{ record: { size: 6 } }]);
    });

    test("stores and removes any number of records at once, all or nothing, and tells each change in order", async () => {
      const { database } = await openDatabase();
      const store = await database.openProject("p");
      await store.write([recordOf({ path: "kept" }), recordOf({ path: "f7", size: 1 })], []);
      const records = Array.from({ length: 12_000 }, (_, file) => recordOf({ path: `f${file}`, size: 1 }));
      const { before, position, changes } = await store.write(records, [recordOf({ path: "kept" }).path]);
      expect([before.revision, position.revision, changes.length]).toEqual([2, 12_002, 12_000]);
      expect(changes.map(({ revision }) => revision)).toEqual(Array.from({ length: 12_000 }, (_, change) => change + 3));
      const paths = changes.map((change) => change.path);
      expect(paths.toSorted()).toEqual(["kept", ...records.flatMap(({ path }) => (path === "f7" ? [] : path))].sort());
      const removal = await store.write(
        [],
        records.map(({ path }) => path),
      );
      expect([removal.position.revision, removal.changes.length]).toEqual([24_002, 12_000]);
      expect(await rowsOf(store, 1_000)).toEqual([]);
    });

    test("lists the fingerprint of each row that stays exactly once, whatever is written between two pages", async () => {
      const { database } = await openDatabase();
      const store = await database.openProject("p");
      const numbered = (file: number): FileMetadata => recordOf({ path: `f${String(file).padStart(3, "0")}` });
      await store.write(
        Array.from({ length: 40 }, (_, file) => numbered(file)),
        [],
      );
      const seen: string[] = [];
      let round = 0;
      for await (const page of store.readFingerprints(3)) {
        seen.push(...page.map(({ path }) => path));
        // Every fourth is removed and comes again, every other fourth changes, and others come.
        await store.write(
          [recordOf({ path: numbered(round * 4 + 2).path, size: round + 10 }), numbered(100 + round)],
          [numbered(round * 4 + 1).path],
        );
        await store.write([numbered(round * 4 + 1)], []);
        round++;
        if (round > 30) break;
      }
      for (let file = 0; file < 40; file++) {
        if (file % 4 !== 1) expect(seen.filter((path) => path === numbered(file).path)).toHaveLength(1);
      }
    });

    test("has settled every call when it has closed", async () => {
      const { database } = await openDatabase();
      const store = await database.openProject("p");
      await store.write(
        Array.from({ length: 20 }, (_, file) => recordOf({ path: `f${file}` })),
        [],
      );
      const pages = store.readFingerprints(2)[Symbol.asyncIterator]();
      await pages.next();
      const calls: Promise<unknown>[] = [
        ...Array.from({ length: 30 }, () => store.readRows([recordOf({ path: "f1" }).path])),
        ...Array.from({ length: 30 }, (_, size) => store.write([recordOf({ path: "f1", size })], [])),
        pages.next(),
        store.position(),
        database.describe(),
        database.openProject("other"),
      ];
      let pending = calls.length;
      for (const call of calls) void call.catch(() => undefined).finally(() => pending--);
      await database.close();
      expect(pending).toBe(0);
    });

    describeSourceStore(openDatabase);
    describeTombstoneStore(openDatabase);
    describeExtractionStore(openDatabase);
    describeCheckpointStore(openDatabase);

    test("throws E_CLOSED for everything once it is closed, and closes twice without complaint", async () => {
      const { database } = await openDatabase();
      const store = await database.openProject("p");
      await store.write([recordOf({ path: "a" })], []);
      const position = await store.position();
      await database.close();
      await database.close();
      const path = recordOf({ path: "a" }).path;
      const calls: (() => Promise<unknown>)[] = [
        () => database.openProject("p"),
        () => database.projectNames(),
        () => store.position(),
        () => store.readRows([path]),
        () => store.readChanges(position, 1),
        () => store.scan(1),
        () => store.write([], [path]),
        async () => {
          for await (const page of store.readFingerprints(1)) expect(page).toBeUndefined();
        },
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "E_CLOSED" });
    });
  });
}

/** A project that the database knows: its first write changes the epoch. */
async function knownProject(database: MetadataDatabase, name: string): Promise<ProjectStore> {
  const store = await database.openProject(name);
  await store.write([], []);
  return store;
}

/**
 * That these are all changes of one write after `before`, in whatever order they were counted;
 * `expected` in the order of paths.
 */
function expectChanges(changes: readonly StoredChange[], before: number, expected: readonly object[]): void {
  expect(changes.map(({ revision }) => revision)).toEqual(changes.map((_, index) => before + 1 + index));
  const inOrder = changes.toSorted((one, other) => compareValues(one.path, other.path));
  expect(inOrder).toEqual(expected.map((content, index) => ({ ...content, revision: inOrder[index]?.revision })));
}

type Step =
  | { readonly kind: "write"; readonly put: readonly FileMetadata[]; readonly remove: readonly string[] }
  | { readonly kind: "corrupt"; readonly path: string }
  | { readonly kind: "compact"; readonly back: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("write" as const),
      put: fc.array(smallRecord, { maxLength: 3 }),
      remove: fc.array(smallPath, { maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("corrupt" as const), path: smallPath }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("compact" as const), back: fc.nat(6) }) },
);

/** The newest change of a path: a record, a row that cannot be read, or a deletion. */
interface Entry {
  readonly revision: number;
  readonly content: FileMetadata | "unreadable" | "deleted";
}

/** Plain maps: the newest change of each path, and what is promised to be known since when. */
class NaiveModel {
  readonly entries = new Map<string, Entry>();
  revision = 0;
  horizon = 0;

  write(put: readonly FileMetadata[], remove: readonly string[]): void {
    for (const record of new Map(put.map((each) => [each.path, each])).values()) {
      if (JSON.stringify(this.entries.get(record.path)?.content) !== JSON.stringify(record)) this.set(record.path, record);
    }
    for (const path of new Set(remove)) if (this.exists(path)) this.set(path, "deleted");
  }

  /**
   * In which order the changes of one write are counted is the implementation's own; each has a
   * revision of its own.
   */
  reorder(changes: readonly StoredChange[]): void {
    for (const { path, revision } of changes) {
      const entry = this.entries.get(path);
      if (entry !== undefined) this.entries.set(path, { ...entry, revision });
    }
  }

  exists(path: string): boolean {
    return (this.entries.get(path)?.content ?? "deleted") !== "deleted";
  }

  set(path: string, content: Entry["content"]): void {
    this.entries.set(path, { revision: ++this.revision, content });
  }

  compact(revision: number): void {
    this.horizon = Math.max(this.horizon, Math.min(revision, this.revision));
    for (const [path, entry] of this.entries) if (entry.content === "deleted" && entry.revision <= this.horizon) this.entries.delete(path);
  }

  rows(): StoredRow[] {
    return sortedRows(this.changesAfter(0).filter((change): change is StoredRow => !("deleted" in change)));
  }

  changesAfter(revision: number): StoredChange[] {
    return [...this.entries]
      .filter(([, entry]) => entry.revision > revision)
      .toSorted(([, one], [, other]) => one.revision - other.revision)
      .map(([path, entry]) => expectedChange(path as ProjectPath, entry));
  }
}

function expectedChange(path: ProjectPath, { revision, content }: Entry): StoredChange {
  if (content === "deleted") return { path, revision, deleted: true };
  if (content === "unreadable") return { path, revision, unreadable: expect.any(String) as string };
  return { path, revision, record: content };
}

async function followModel({ database, corruptRow }: DatabaseUnderTest, steps: readonly Step[]): Promise<void> {
  const model = new NaiveModel();
  const bystander = await database.openProject("bystander");
  await bystander.write([recordOf({ path: "a.ts", intent: "bystander" })], []);
  const store = await knownProject(database, "p");
  /** By revision, those at which a transaction ended. */
  const positions = new Map([[0, await store.position()]]);
  for (const each of steps) {
    switch (each.kind) {
      case "write": {
        const stored = new Set(each.put.map((record) => record.path as string));
        const remove = each.remove.filter((path) => !stored.has(path)) as ProjectPath[];
        const before = model.revision;
        model.write(each.put, remove);
        const receipt = await store.write(each.put, remove);
        expect(receipt.before).toEqual(positions.get(before));
        expect(receipt.changes.map(({ revision }) => revision)).toEqual(receipt.changes.map((_, index) => before + 1 + index));
        model.reorder(receipt.changes);
        expect(receipt.changes).toEqual(model.changesAfter(before));
        break;
      }
      case "corrupt":
        if (!model.exists(each.path)) continue;
        model.set(each.path, "unreadable");
        await corruptRow("p", each.path as ProjectPath);
        break;
      case "compact":
        model.compact(model.revision - each.back);
        await store.compact(model.revision - each.back);
    }
    const reached = await store.position();
    positions.set(reached.revision, reached);
    for (const [revision, position] of positions) positions.set(revision, { ...position, horizon: reached.horizon });
    await expectModel(store, model, positions);
  }
  expect(await rowsOf(bystander, 9)).toMatchObject([{ path: "a.ts", revision: 1, record: { headerSections: { intent: "bystander" } } }]);
}

async function expectModel(store: ProjectStore, model: NaiveModel, positions: ReadonlyMap<number, StorePosition>): Promise<void> {
  const position = await store.position();
  expect(position).toMatchObject({ revision: model.revision, horizon: model.horizon });
  const rows = model.rows();
  expect(await rowsOf(store, 2)).toEqual(rows);
  const asked = await store.readRows(SMALL_PATHS as ProjectPath[]);
  expect({ ...asked, rows: sortedRows(asked.rows) }).toEqual({ position, continues: true, rows });
  for (const [revision, since] of positions) {
    const changes = model.changesAfter(revision);
    const known = revision >= model.horizon && changes.length <= 4;
    expect(await store.readChanges(since, 4)).toEqual({ position, continues: true, changes: known ? changes : undefined });
  }
  const known: Fingerprint[] = [];
  for await (const page of store.readFingerprints(2)) known.push(...page);
  for (const { path, record } of rows) {
    // What a row that cannot be read says of its file may be known or not; of the others it must
    // be.
    if (record === undefined) continue;
    const { size, modifiedAt, digest, extractorVersion } = record;
    expect(known.filter((one) => one.path === path)).toMatchObject([{ path, size, modifiedAt, digest, extractorVersion }]);
  }
  expect(known.every(({ path }) => model.exists(path))).toBe(true);
}

async function rowsOf(store: ProjectStore, pageSize: number): Promise<StoredRow[]> {
  const scan = await store.scan(pageSize);
  const rows: StoredRow[] = [];
  for await (const page of scan.pages) rows.push(...page);
  expect(rows).toHaveLength(scan.total);
  return sortedRows(rows);
}

function sortedRows(rows: readonly StoredRow[]): StoredRow[] {
  return rows.toSorted((one, other) => compareValues(one.path, other.path));
}
