import { assert } from "../base/assert.ts";
import { isSamePosition, type StoredRow, type StorePosition } from "../database/metadata-database.ts";
import type { Advance, PendingLoad, SyncCounts } from "../sync/sync-sink.ts";
import type { CacheState } from "./cache-state.ts";
import { applyChanges, newIndexedProject, NOTHING_KNOWN, sameRevision } from "./indexed-project.ts";
import type { StateEvents } from "./state-events.ts";

/** What a load changes, and the position of the state that it was compared with. */
interface Comparison {
  readonly against: StorePosition | undefined;
  readonly counts: SyncCounts;
}

/** How many paths a comparison looks at between two pauses. */
const PATHS_PER_STEP = 2_048;

/** A new state in the making. Before the first load there are no readers, so records go straight to the storage. */
export class StateLoad implements PendingLoad {
  readonly #state: CacheState;
  readonly #events: StateEvents;
  readonly #history: number;
  readonly #loading = newIndexedProject();
  readonly #isFirst: boolean;
  #position: StorePosition;
  #isSettled = false;
  #isCommitted = false;
  #comparison: Comparison | undefined;

  constructor(state: CacheState, events: StateEvents, position: StorePosition, history: number) {
    this.#state = state;
    this.#events = events;
    this.#position = position;
    this.#history = history;
    this.#isFirst = state.position === undefined;
    this.#loading.index.startLoading();
  }

  get position(): StorePosition {
    return this.#position;
  }

  add(rows: readonly StoredRow[]): void {
    assert(!this.#isSettled, "rows come before the load is settled");
    applyChanges(this.#loading, rows, NOTHING_KNOWN, this.#storage, "if-room");
    this.#events.emit({ kind: "loading", load: this, rows, position: this.#position });
  }

  *settle(): Generator<void, void, undefined> {
    const { index } = this.#loading;
    assert(!this.#isSettled, "a load is settled once");
    this.#isSettled = true;
    yield* index.finishLoading();
    this.#storage?.renumber((_, record) => index.idOf(record.path));
    this.#comparison = yield* this.#compare();
  }

  apply(advance: Advance): void {
    assert(this.#isSettled, "a load follows once it is settled");
    assert(isSamePosition(advance.from, this.#position), "a load follows without a gap");
    applyChanges(this.#loading, advance.changes, this.#position.revision, this.#storage, "if-room");
    this.#position = advance.position;
    this.#events.emit({ kind: "loading", load: this, rows: advance.changes, position: advance.position });
    this.#comparison = undefined;
  }

  commit(continues: boolean): SyncCounts {
    assert(this.#isSettled && !this.#isCommitted, "a load takes its place once, when it is settled");
    this.#isCommitted = true;
    if (this.#comparison?.against !== this.#state.position) this.#comparison = undefined;
    const { counts } = (this.#comparison ??= lastOf(this.#compare()));
    this.#state.replace(this, this.#loading, { position: this.#position, history: this.#history, continues });
    return counts;
  }

  abandon(): void {
    this.#storage?.clear();
  }

  get #storage(): CacheState["storage"] | undefined {
    return this.#isFirst ? this.#state.storage : undefined;
  }

  /** Counts what the load changes of the state as it is now. */
  *#compare(): Generator<void, Comparison, undefined> {
    const { index: loaded } = this.#loading;
    const { index, position: against } = this.#state;
    const isComparable = this.#state.owns(this.#history);
    let kept = 0;
    let changed = 0;
    let steps = 0;
    for (const path of index.size === 0 ? [] : loaded.paths()) {
      if (++steps % PATHS_PER_STEP === 0) yield;
      const id = index.idOf(path);
      if (id === undefined) continue;
      kept++;
      if (!isComparable || sameRevision(index, id, loaded, path) === undefined) changed++;
    }
    return { against, counts: { added: loaded.size - kept, changed, removed: index.size - kept } };
  }
}

/** Runs a generator to its end without a pause. */
function lastOf<T>(steps: Generator<void, T, undefined>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
