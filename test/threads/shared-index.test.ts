import fc from "fast-check";
import { expect, test } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import type { StoredChange } from "../../src/database/metadata-database.ts";
import { IndexManager } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { termsOf } from "../../src/record/terms.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { QueryEngine } from "../../src/query/query-engine.ts";
import { ControlBlock } from "../../src/threads/protocol/control-block.ts";
import { SharedIndexReader } from "../../src/threads/reader/shared-index-reader.ts";
import { SharedIndexWriter } from "../../src/threads/owner/shared-index-writer.ts";
import type { ImageMemory } from "../../src/threads/protocol/thread-messages.ts";
import { settled } from "../support/opened-cache.ts";
import { smallPath, smallQuery, smallRecord } from "../support/small-records.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

/**
 * An owner and a reader in one thread: everything but that they run at the same time. The reader takes memory only when it asks for it, and
 * then only what the owner has sent: it has no turn of an event loop.
 */
class SharedPair {
  index = new IndexManager();
  revision = 0;
  readonly control = new ControlBlock();
  readonly writer: SharedIndexWriter;
  readonly reader: SharedIndexReader;
  memory: ImageMemory;
  #sent: ImageMemory;
  /** The owner keeps memory back, because the reader has not said that it holds what came before. */
  isKeptBack = false;

  constructor(logBytes: number) {
    const present = (): { readonly index: IndexManager; readonly revision: number } => this;
    const source = {
      confirmedAt: { now: 7, us: 7 },
      isOutdated: false,
      unreadable: new Map<ProjectPath, string>(),
      get revision() {
        return present().revision;
      },
      get index() {
        return present().index;
      },
    };
    // Every step of the packing is followed by a turn in which something may change.
    let now = 0;
    const clock = { ...WITHOUT_TIMERS, microseconds: () => (now += 10_000) };
    this.writer = new SharedIndexWriter(source, this.control, clock, silentLogger, (memory) => (this.#sent = memory), logBytes);
    this.memory = this.writer.memory;
    this.#sent = this.memory;
    this.reader = new SharedIndexReader(this.control, 3, this);
    this.writer.publish();
  }

  receive(): void {
    if (!this.isKeptBack) this.memory = this.#sent;
  }

  put(record: FileMetadata): void {
    this.index.put(record, ++this.revision, termsOf(record));
    this.writer.changed([{ path: record.path, revision: this.revision, record }]);
  }

  remove(path: string): void {
    if (this.index.remove(path as ProjectPath) === undefined) return;
    const change: StoredChange = { path: path as ProjectPath, revision: ++this.revision, deleted: true };
    this.writer.changed([change]);
  }

  /** As after a load of everything. */
  replace(records: readonly FileMetadata[]): void {
    this.index = new IndexManager();
    for (const record of records) this.index.put(record, ++this.revision, termsOf(record));
    this.writer.replaced();
  }
}

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("put" as const), record: smallRecord }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: smallPath }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("turns" as const), turns: fc.integer({ min: 1, max: 25 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("replace" as const), records: fc.array(smallRecord, { maxLength: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("keep back" as const) }) },
);

test("a reader answers every question as the owner's own index, or says that it cannot, whatever changes while images are packed", async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.array(smallQuery, { minLength: 1, maxLength: 6 }),
      fc.constantFrom(600, 4_000, 100_000),
      async (steps, queries, logBytes) => {
        const pair = new SharedPair(logBytes);
        for (const next of steps) {
          if (next.kind === "put") pair.put(next.record);
          else if (next.kind === "remove") pair.remove(next.path);
          else if (next.kind === "replace") pair.replace(next.records);
          else if (next.kind === "keep back") pair.isKeptBack = !pair.isKeptBack;
          else for (let turn = 0; turn < next.turns; turn++) await settled();
          for (const query of queries) answered += compare(pair, query) ? 1 : 0;
        }
        for (let turn = 0; turn < 40; turn++) await settled();
        pair.isKeptBack = false;
        for (const query of queries) expect(compare(pair, query)).toBe(true);
        pair.writer.stop();
      },
    ),
    { numRuns: 120 },
  );
  expect(answered).toBeGreaterThan(100);
});

/** Compares count, page after page, and whether each path is there; false where the reader has to ask. */
function compare({ index, reader, revision }: SharedPair, query: object): boolean {
  const engine = new QueryEngine(index);
  for (let cursor: string | undefined, page = 0; page < 20; page++) {
    const prepared = prepareQuery(cursor === undefined ? query : { ...query, cursor });
    const expected = engine.page(prepared);
    const found = reader.page(prepared);
    if (found === undefined) return false;
    expect(found.entries).toEqual(expected.ids.map((id) => ({ path: index.pathOf(id), revision: index.revisionOf(id) })));
    expect([found.total, found.nextCursor, found.situation.revision]).toEqual([expected.total, expected.nextCursor, revision]);
    expect(reader.count(prepared)).toBe(expected.total);
    cursor = expected.nextCursor;
    if (cursor === undefined) break;
  }
  for (const path of ["a.ts", "z\n.sh", "nowhere"] as ProjectPath[]) expect(reader.isAbsent(path)).toBe(index.idOf(path) === undefined);
  return true;
}

test("an image that a reader looks at is not written over, and the next one waits for it", async () => {
  const pair = new SharedPair(100_000);
  for (let turn = 0; turn < 20; turn++) await settled();
  const { image } = pair.control.read();
  expect(image).toBe(1);
  pair.control.pin(5, 1);
  // Two more images: the second would be put where the first one is.
  pair.replace([]);
  for (let turn = 0; turn < 20; turn++) await settled();
  expect(pair.control.read().image).toBe(2);
  pair.replace([]);
  for (let turn = 0; turn < 20; turn++) await settled();
  expect(pair.control.read().image).toBe(0);
  expect(pair.reader.count(prepareQuery({}))).toBeUndefined();
  pair.writer.stop();
});
