import { assert } from "../base/assert.ts";
import { isSamePosition, type StoredChange, type StoredRow, type StorePosition } from "../database/metadata-database.ts";
import type { IndexManager } from "../indexing/index-manager.ts";
import type { CacheStorage } from "../storage/cache-storage.ts";
import type { Advance, PendingLoad, SyncCounts } from "../sync/sync-sink.ts";
import { applyChanges, type IndexedProject, newIndexedProject, NOTHING_KNOWN } from "./indexed-project.ts";

/** What a load changes, and the position of the state that it was compared with. */
export interface Comparison {
  readonly against: StorePosition | undefined;
  readonly counts: SyncCounts;
}

/** What a load asks of the state that it is to replace. */
export interface ReplacedState {
  compare(loaded: IndexManager, position: StorePosition): Generator<void, Comparison, undefined>;
  isUnchangedSince(comparison: Comparison): boolean;
  /** Keeps rows as they were at a position for the reads that wait: until the load takes its place. */
  note(changes: readonly StoredChange[], asOf: StorePosition): void;
  replace(loaded: IndexedProject, position: StorePosition, continues: boolean): void;
}

/** A new state in the making. Before the first load there are no readers, so records go straight to `storage`. */
export class StateLoad implements PendingLoad {
  readonly #loading = newIndexedProject();
  readonly #storage: CacheStorage | undefined;
  readonly #replaced: ReplacedState;
  #position: StorePosition;
  #comparison: Comparison | undefined;

  constructor(position: StorePosition, storage: CacheStorage | undefined, replaced: ReplacedState) {
    this.#position = position;
    this.#storage = storage;
    this.#replaced = replaced;
    this.#loading.index.startLoading();
  }

  get position(): StorePosition {
    return this.#position;
  }

  add(rows: readonly StoredRow[]): void {
    applyChanges(this.#loading, rows, NOTHING_KNOWN, this.#storage, "if-room");
    this.#replaced.note(rows, this.#position);
  }

  *settle(): Generator<void, void, undefined> {
    const { index } = this.#loading;
    yield* index.finishLoading();
    this.#storage?.renumber((_, record) => index.idOf(record.path));
    this.#comparison = yield* this.#replaced.compare(index, this.#position);
  }

  apply(advance: Advance): void {
    assert(isSamePosition(advance.from, this.#position), "a load follows without a gap");
    applyChanges(this.#loading, advance.changes, this.#position.revision, this.#storage, "if-room");
    this.#position = advance.position;
    this.#replaced.note(advance.changes, advance.position);
    this.#comparison = undefined;
  }

  commit(continues: boolean): SyncCounts {
    if (this.#comparison === undefined || !this.#replaced.isUnchangedSince(this.#comparison)) {
      this.#comparison = lastOf(this.#replaced.compare(this.#loading.index, this.#position));
    }
    this.#replaced.replace(this.#loading, this.#position, continues);
    return this.#comparison.counts;
  }

  abandon(): void {
    this.#storage?.clear();
  }
}

/** Runs a generator to its end without a pause. */
function lastOf<T>(steps: Generator<void, T, undefined>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
