import { finished } from "../../src/indexing/index-manager.ts";
import { expect, test } from "vitest";
import type { StoredRow, StorePosition } from "../../src/database/metadata-database.ts";
import { LRUEvictionStrategy } from "../../src/eviction/lru-eviction-strategy.ts";
import { CacheState } from "../../src/state/cache-state.ts";
import type { FollowedRows } from "../../src/state/followed-rows.ts";
import type { StateEvent } from "../../src/state/state-events.ts";
import { CacheStorage } from "../../src/storage/cache-storage.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { termsOf } from "../../src/record/terms.ts";
import { files } from "../support/opened-cache.ts";

const at = (revision: number): StorePosition => ({ epoch: "e", revision, token: revision, horizon: 0 });
const rowOf = (file: number, revision: number): StoredRow => {
  const record = files(file + 1)[file] as FileMetadata;
  return { path: record.path, revision, record };
};
const [first, second] = [rowOf(0, 1), rowOf(1, 2)];

function load(state: CacheState, rows: readonly StoredRow[], position: StorePosition, continues: boolean): void {
  const pending = state.beginLoad(state.ask(), { position, continues });
  pending.add(rows);
  for (const _ of pending.settle());
  pending.commit(continues);
}

/** Two files at revision 2, and what happens from then on. */
function loadedState(): { state: CacheState; events: StateEvent[] } {
  const state = new CacheState(new CacheStorage({ maxItems: 10, maxBytes: 1_000_000, evictionBatchSize: 1 }, new LRUEvictionStrategy()));
  load(state, [first, second], at(2), true);
  const events: StateEvent[] = [];
  state.subscribe((event) => events.push(event));
  return { state, events };
}

test("a change that could be made in part only is owed, and nothing but a load makes the state good again", () => {
  const { state, events } = loadedState();
  state.storage.put = () => {
    throw new RangeError("no memory");
  };
  const advance = { from: at(2), position: at(3), changes: [rowOf(0, 3)], question: state.ask().question };
  expect(() => state.apply(advance)).toThrow("no memory");
  Reflect.deleteProperty(state.storage, "put");
  expect([state.isOutdated, state.debt?.revision, state.revision]).toEqual([true, 2, 2]);
  expect(events.map(({ kind }) => kind)).toEqual(["outdated", "confirmed"]);
  // The store is where the state takes itself to be, which is not: no look helps, and no row fits.
  expect(state.seen(state.ask(), { position: at(2) })).toBe("another-history");
  expect(state.apply(advance)).toBeUndefined();
  const id = state.index.idOf(second.path) as never;
  expect(state.fitting(id, { asOf: 2, provenTo: 2, row: second })).toBeUndefined();
  state.drop(second.path);
  state.admit({ asOf: 2, provenTo: 2, row: second }, "always");
  expect(state.peek(second.path)).toBeUndefined();
  load(state, [rowOf(0, 3), second], at(3), true);
  expect([state.isOutdated, state.revision, state.verify()]).toEqual([false, 3, []]);
});

test("a debt is paid by what was asked for after it was made, and by nothing else", () => {
  const { state, events } = loadedState();
  const before = state.ask();
  state.owe(3, "lost");
  state.confirm({ now: 1, us: 1 }, before);
  expect(state.debt).toBeDefined();
  const asked = state.ask();
  state.owe(4, "lost again");
  state.confirm({ now: 2, us: 2 }, asked);
  expect(state.debt?.revision).toBe(4);
  state.confirm({ now: 3, us: 3 }, state.ask());
  expect(state.debt).toBeUndefined();
  expect(events.map(({ kind }) => kind)).toEqual(["confirmed", "confirmed", "confirmed", "confirmed", "confirmed"]);
});

test("a row that no history of the state could have makes it outdated; one that was read before is only read again", () => {
  const { state } = loadedState();
  expect(state.isPast(second.path, { asOf: 1, provenTo: 1, row: rowOf(1, 1) })).toBe(false);
  expect(state.isPast(second.path, { asOf: 2, provenTo: 2, row: second })).toBe(false);
  expect(state.isPast(second.path, { asOf: 5, provenTo: 2, row: rowOf(1, 5) })).toBe(true);
  expect(state.isPast(second.path, { asOf: 5, provenTo: 2, row: undefined })).toBe(true);
  expect(state.isOutdated).toBe(false);
  expect(state.isPast(second.path, { asOf: 2, provenTo: 2, row: rowOf(1, 1) })).toBe(true);
  expect(state.isOutdated).toBe(true);
  const { state: other } = loadedState();
  expect([other.isPast(second.path, { asOf: 2, provenTo: 2, row: undefined }), other.isOutdated]).toEqual([true, true]);
});

test("rows of a load count once it is the state: not if it was abandoned, nor if only the layers of the index are others", async () => {
  const { state } = loadedState();
  await state.follow(async (followed: FollowedRows) => {
    followed.follow(first.path);
    const abandoned = state.beginLoad(state.ask(), { position: at(3), continues: true });
    abandoned.add([rowOf(0, 3)]);
    abandoned.abandon();
    const pending = state.beginLoad(state.ask(), { position: at(4), continues: true });
    pending.add([second]);
    for (const _ of pending.settle());
    state.apply({ from: at(2), position: at(3), changes: [rowOf(2, 3)], question: state.ask().question });
    state.index.freeze();
    state.renumber(finished(state.index.merge(state.index.lasting)).renumbering, undefined);
    expect(state.verify()).toEqual([]);
    pending.commit(true);
    expect(followed.get(first.path)).toBeUndefined();
    load(state, [rowOf(0, 5), second], at(5), true);
    expect(followed.get(first.path)).toMatchObject({ asOf: 5, provenTo: 5 });
    // What has changed since the load read it counts as well.
    const late = state.beginLoad(state.ask(), { position: at(6), continues: true });
    late.add([rowOf(0, 5), second]);
    for (const _ of late.settle());
    late.apply({ from: at(6), position: at(7), changes: [rowOf(0, 7)], question: state.ask().question });
    late.commit(true);
    expect(followed.get(first.path)).toMatchObject({ asOf: 7, provenTo: 7, row: { revision: 7 } });
  });
});

test("a load that was asked for before others learnt of another history does not make up for it", () => {
  const { state, events } = loadedState();
  const pending = state.beginLoad(state.ask(), { position: at(3), continues: true });
  for (const _ of pending.settle());
  state.seen(state.ask(), { position: at(1), continues: false });
  pending.commit(true);
  expect(state.isOutdated).toBe(true);
  load(state, [first], at(1), true);
  expect([state.isOutdated, state.index.size]).toEqual([false, 1]);
  expect(events.map(({ kind }) => kind)).toEqual(["outdated", "replaced", "loading", "outdated", "replaced"]);
});

test("an answer that was asked for in an earlier history begins no load that counts", () => {
  const { state } = loadedState();
  const asked = state.ask();
  state.seen(state.ask(), { position: at(1), continues: false });
  const pending = state.beginLoad(asked, { position: at(3), continues: true });
  for (const _ of pending.settle());
  pending.commit(true);
  expect(state.isOutdated).toBe(true);
});

test("a load that is not proved to continue the state takes over nothing of it", () => {
  const { state, events } = loadedState();
  expect(state.peek(first.path)).toBeDefined();
  const pending = state.beginLoad(state.ask(), { position: at(2), continues: true });
  pending.add([first, second]);
  for (const _ of pending.settle());
  pending.commit(false);
  expect([state.isOutdated, state.peek(first.path)]).toEqual([false, undefined]);
  expect(events.map(({ kind }) => kind)).toEqual(["loading", "outdated", "replaced"]);
});

test("a row that changed later than the histories are proved to be the same does not come into memory", () => {
  const { state } = loadedState();
  state.drop(second.path);
  const id = state.index.idOf(second.path) as never;
  const unproved = { asOf: 2, provenTo: 1, row: second };
  state.admit(unproved, "always");
  expect([state.peek(second.path), state.fitting(id, unproved)]).toEqual([undefined, undefined]);
  state.admit({ ...unproved, provenTo: 2 }, "always");
  expect(state.peek(second.path)).toEqual(second.record);
});

test("a state is outdated from the moment at which a load finds the store on another history", () => {
  const { state, events } = loadedState();
  const pending = state.beginLoad(state.ask(), { position: at(2), continues: false });
  expect(state.isOutdated).toBe(true);
  expect(events.map(({ kind }) => kind)).toEqual(["outdated"]);
  pending.add([first]);
  for (const _ of pending.settle());
  expect(pending.commit(false)).toEqual({ added: 0, changed: 1, removed: 1 });
  expect([state.isOutdated, state.index.size]).toEqual([false, 1]);
  // Of an index of one file, too, it counts what stays.
  const next = state.beginLoad(state.ask(), { position: at(3), continues: true });
  next.add([first, rowOf(1, 3)]);
  for (const _ of next.settle());
  expect(next.commit(true)).toEqual({ added: 1, changed: 0, removed: 0 });
});

/** A resident that is not what the index has of its path. */
function swap(state: CacheState, other: FileMetadata): void {
  state.storage.put(state.index.idOf(first.path), other, "always");
}

const record = first.record as FileMetadata;
test.each<[string, (state: CacheState) => void, string]>([
  ["whose index has another place for it", ({ index }) => index.put(record, 1, termsOf(record)), "STATE_RECORD"],
  ["whose size in the index is another", (state) => swap(state, { ...record, size: 11 }), "STATE_RECORD"],
  ["whose time in the index is another", (state) => swap(state, { ...record, modifiedAt: 11 }), "STATE_RECORD"],
  ["whose terms in the index are others", (state) => swap(state, { ...record, functions: [] }), "STATE_TERMS"],
  ["that counts as unreadable", ({ unreadable }) => (unreadable as Map<ProjectPath, string>).set(first.path, "why"), "STATE_UNREADABLE"],
])("verify finds a record %s", (_, damage, code) => {
  const { state } = loadedState();
  expect(state.verify()).toEqual([]);
  damage(state);
  expect(state.verify()).toContainEqual(expect.objectContaining({ code, path: first.path }));
});
