import { assert } from "../base/assert.ts";
import { isSamePosition, type StoredRow, type StorePosition } from "../database/metadata-database.ts";
import type { Advance, PendingLoad, SyncCounts } from "../sync/sync-sink.ts";
import { finished, type IndexManager } from "../indexing/index-manager.ts";
import type { CacheState, Replacement } from "./cache-state.ts";
import { applyChanges, hasSameRevision, type IndexedProject, indexedProject, LoadedRows } from "./indexed-project.ts";
import type { StateEvents } from "./state-events.ts";

/** What a load changes, compared with the state at the position `against`. */
interface Comparison {
  readonly against: StorePosition | undefined;
  readonly counts: SyncCounts;
}

/** How many paths a comparison looks at between two pauses. */
const PATHS_PER_STEP = 512;

/**
 * A new state that is being built. Before the first load there are no readers, so the first load
 * puts its records straight into the storage.
 */
export class StateLoad implements PendingLoad {
  readonly #state: CacheState;
  readonly #events: StateEvents;
  readonly #history: number;
  readonly #rows = new LoadedRows();
  /** The project that the rows make. `undefined` until all rows are here. */
  #loaded: IndexedProject | undefined;
  readonly #isFirst: boolean;
  #position: StorePosition;
  #knownSince: number;
  #isCommitted = false;
  #comparison: Comparison | undefined;

  constructor(state: CacheState, events: StateEvents, { position, question, history }: Omit<Replacement, "continues">) {
    this.#state = state;
    this.#events = events;
    this.#position = position;
    this.#knownSince = question;
    this.#history = history;
    this.#isFirst = state.position === undefined;
  }

  get position(): StorePosition {
    return this.#position;
  }

  get knownSince(): number {
    return this.#knownSince;
  }

  add(rows: readonly StoredRow[]): void {
    assert(this.#loaded === undefined, "rows come before the load is settled");
    this.#rows.add(rows, this.#storage);
    this.#events.emit({ kind: "loading", load: this, rows, position: this.#position });
  }

  tidy(): Generator<void, void, undefined> {
    return this.#rows.loader.tidy();
  }

  *settle(): Generator<void, void, undefined> {
    assert(this.#loaded === undefined, "a load is settled once");
    const index = yield* this.#rows.loader.finish(this.#state.maxRecent);
    this.#loaded = indexedProject(index, this.#rows.unreadable);
    // There are no readers before the first load has ended.
    if (this.#storage !== undefined) yield* this.#storage.locate(({ path }) => index.idOf(path));
    this.#comparison = yield* this.#compare(index);
  }

  apply(advance: Advance): void {
    assert(this.#loaded !== undefined, "a load takes changes only after it is settled");
    assert(isSamePosition(advance.from, this.#position), "the changes begin at the position of the load");
    applyChanges(this.#loaded, advance.changes, this.#position.revision, this.#storage, "if-room");
    assert(advance.question > this.#knownSince, "each question of a load is later than the one before");
    this.#position = advance.position;
    this.#knownSince = advance.question;
    this.#events.emit({ kind: "loading", load: this, rows: advance.changes, position: advance.position });
    this.#comparison = undefined;
  }

  commit(continues: boolean): SyncCounts {
    assert(this.#loaded !== undefined && !this.#isCommitted, "a load is committed once, after it is settled");
    this.#isCommitted = true;
    if (this.#comparison?.against !== this.#state.position) this.#comparison = undefined;
    const { counts } = (this.#comparison ??= finished(this.#compare(this.#loaded.index)));
    this.#state.replace(this, this.#loaded, {
      position: this.#position,
      history: this.#history,
      question: this.#knownSince,
      continues,
    });
    return counts;
  }

  abandon(): void {
    this.#storage?.clear();
  }

  get #storage(): CacheState["storage"] | undefined {
    return this.#isFirst ? this.#state.storage : undefined;
  }

  /** Counts the records in which the load differs from the present state. */
  *#compare(loaded: IndexManager): Generator<void, Comparison, undefined> {
    const { index, position: against } = this.#state;
    const isComparable = this.#state.owns(this.#history);
    let kept = 0;
    let changed = 0;
    let steps = 0;
    for (const path of index.size === 0 ? [] : loaded.paths()) {
      if (++steps % PATHS_PER_STEP === 0) yield;
      if (index.idOf(path) === undefined) continue;
      kept++;
      if (!isComparable || !hasSameRevision(index, loaded, path)) changed++;
    }
    return { against, counts: { added: loaded.size - kept, changed, removed: index.size - kept } };
  }
}
