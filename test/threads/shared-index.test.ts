import fc from "fast-check";
import { expect, test } from "vitest";
import type { StoredChange } from "../../src/database/metadata-database.ts";
import { finished, IndexManager } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { termsOf } from "../../src/record/terms.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { QueryEngine } from "../../src/query/query-engine.ts";
import { ControlBlock } from "../../src/threads/protocol/control-block.ts";
import type { Generation } from "../../src/threads/protocol/generation.ts";
import { type GenerationInbox, SharedIndexReader } from "../../src/threads/reader/shared-index-reader.ts";
import { SharedIndexWriter } from "../../src/threads/owner/shared-index-writer.ts";
import { flush } from "../support/flush-index.ts";
import { recordOf, smallPath, smallQuery, smallRecord } from "../support/small-records.ts";

/**
 * An owner and a reader in one thread: everything but that they run at the same time. The reader
 * takes generations only when it asks for them, and then only what the owner has sent: it has no
 * turn of an event loop. The owner sends one only when the reader has taken the one before.
 */
class SharedPair implements GenerationInbox {
  index = new IndexManager();
  revision = 0;
  #loads = 0;
  readonly control = new ControlBlock();
  readonly writer: SharedIndexWriter;
  readonly reader: SharedIndexReader;
  sent: Generation | undefined;
  #offered: Generation | undefined;
  #taken = 0;
  /** The owner has no turn of its event loop. */
  isKeptBack = false;

  constructor(logBytes: number) {
    this.writer = new SharedIndexWriter(this.index, logBytes);
    this.#offered = this.writer.generation;
    this.reader = new SharedIndexReader(this.control, this);
    this.#publish();
  }

  receive(): void {
    if (!this.isKeptBack) this.sent = this.#offered;
  }

  taken(generation: number): void {
    this.#taken = generation;
    if (!this.isKeptBack) this.#offered = this.writer.generation;
  }

  put(record: FileMetadata): void {
    this.index.put(record, ++this.revision, termsOf(record));
    this.#tell(this.writer.changed(this.index, [{ path: record.path, revision: this.revision, record }]));
  }

  remove(path: string): void {
    if (!this.index.remove(path as ProjectPath)) return;
    const change: StoredChange = { path: path as ProjectPath, revision: ++this.revision, deleted: true };
    this.#tell(this.writer.changed(this.index, [change]));
  }

  /**
   * As when so many records have changed that they become an image: the next change finds it there.
   */
  flush(): void {
    flush(this.index);
  }

  merge(): void {
    const due = this.index.mergeDue();
    if (due.length === 0) return;
    finished(this.index.merge(due));
    this.#tell(this.writer.begin(this.index));
  }

  /** As after a load of everything. */
  replace(records: readonly FileMetadata[]): void {
    this.index = new IndexManager();
    for (const record of records) this.index.put(record, ++this.revision, termsOf(record));
    this.#loads++;
    this.#tell(this.writer.begin(this.index));
  }

  #tell(begun: Generation | undefined): void {
    if (begun !== undefined && this.#taken === this.#offered?.number) this.#offered = begun;
    this.#publish();
  }

  #publish(): void {
    const { revision } = this;
    const [generation, logged] = [this.writer.generation.number, this.writer.logged];
    this.control.publish({ revision, confirmedAt: 7, generation, logged, unreadable: 0, loads: this.#loads });
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("put" as const), record: smallRecord }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: smallPath }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("flush" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("merge" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("replace" as const),
      records: fc.uniqueArray(smallRecord, { maxLength: 6, selector: ({ path }) => path }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("keep back" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("look away" as const) }) },
);

test("a reader answers every question as the owner's own index, or says that it cannot, whatever generations it has missed", () => {
  let answered = 0;
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.array(smallQuery, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(600, 4_000, 100_000),
      (steps, queries, logBytes) => {
        const pair = new SharedPair(logBytes);
        let looks = true;
        for (const next of steps) {
          if (next.kind === "put") pair.put(next.record);
          else if (next.kind === "remove") pair.remove(next.path);
          else if (next.kind === "flush") pair.flush();
          else if (next.kind === "merge") pair.merge();
          else if (next.kind === "replace") pair.replace(next.records);
          else if (next.kind === "keep back") pair.isKeptBack = !pair.isKeptBack;
          else looks = !looks;
          if (looks) for (const query of queries) answered += compare(pair, query) ? 1 : 0;
        }
        // With two turns of the owner's, whatever was missed is there: one to take what was sent,
        // one for the last.
        pair.isKeptBack = false;
        pair.reader.count(prepareQuery({}));
        pair.taken(pair.sent?.number ?? 0);
        for (const query of queries) expect(compare(pair, query)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
  expect(answered).toBeGreaterThan(1_000);
});

/**
 * Compares count, page after page, and whether each path is there; false if the reader has to ask.
 */
function compare({ index, reader, revision }: SharedPair, query: object): boolean {
  const engine = new QueryEngine(index);
  for (let cursor: string | undefined, page = 0; page < 20; page++) {
    const prepared = prepareQuery(cursor === undefined ? query : { ...query, cursor });
    const expected = engine.page(prepared);
    const found = reader.page(prepared);
    if (found === undefined) return false;
    expect(found.entries).toEqual(expected.ids.map((id) => ({ path: index.pathOf(id), revision: index.revisionOf(id) })));
    expect([found.total, found.nextCursor, found.published.revision]).toEqual([expected.total, expected.nextCursor, revision]);
    expect(reader.count(prepared)).toBe(expected.total);
    expect(reader.paths(prepared)).toEqual(found.entries.map(({ path }) => path));
    cursor = expected.nextCursor;
    if (cursor === undefined) break;
  }
  for (const path of ["a.ts", "z\n.sh", "nowhere"] as ProjectPath[]) expect(reader.isAbsent(path)).toBe(index.idOf(path) === undefined);
  return true;
}

test("a reader keeps the images that it has opened, and the log's memory lasts for as many generations as it holds", () => {
  const pair = new SharedPair(100_000);
  const { log } = pair.writer.generation;
  const serials: number[][] = [];
  for (let round = 0; round < 3; round++) {
    pair.put(recordOf({ path: `${round}.ts` }));
    pair.flush();
    pair.put(recordOf({ path: "again.ts", size: round }));
    serials.push(pair.writer.generation.images.map(({ serial }) => serial));
    expect(pair.writer.generation.log).toBe(log);
  }
  expect(serials).toEqual([[1], [1, 2], [1, 2, 3]]);
  expect(pair.writer.generation.images.map(({ masked }) => masked !== undefined)).toEqual([false, true, true]);
});

test("changes go into the log, and readers need no other generation for hundreds of them", () => {
  const index = new IndexManager();
  const writer = new SharedIndexWriter(index);
  for (let revision = 1; revision <= 300; revision++) {
    const record = recordOf({ path: `${revision}.ts` });
    index.put(record, revision, termsOf(record));
    expect(writer.changed(index, [{ path: record.path, revision, record }])).toBeUndefined();
  }
});
