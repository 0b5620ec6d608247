import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { MemoryStore } from "./memory-database.ts";

/** The store as it was right after one transaction. */
export interface PastState {
  readonly revision: number;
  /** By the clock that the history was given. */
  readonly committedAt: number;
  readonly records: ReadonlyMap<string, FileMetadata>;
  readonly unreadable: ReadonlySet<string>;
}

/**
 * Every state that a store was in, in the order of time, from the moment that the history was made.
 *
 * A revision stands for the newest state that had it. Where a backup is put back, the caller sees
 * to it that no revision is reached twice with other content: then the order of time tells which of
 * two revisions is the later one.
 */
export class StoreHistory {
  readonly #store: MemoryStore;
  readonly #now: () => number;
  readonly #states: PastState[] = [];
  readonly #placeOf = new Map<number, number>();
  /** Called after each transaction, when it has been noted. */
  afterEach: () => void = () => undefined;

  constructor(store: MemoryStore, now: () => number = () => 0) {
    this.#store = store;
    this.#now = now;
    store.onCommit = () => {
      this.#note();
      this.afterEach();
    };
    this.#note();
  }

  /** The place in time of the newest state. */
  get present(): number {
    return this.#states.length - 1;
  }

  /**
   * The place in time of the state at a revision. Throws where no transaction ended with it: nobody
   * can have seen that.
   */
  placeOf(revision: number): number {
    const place = this.#placeOf.get(revision);
    if (place === undefined) throw new TypeError(`no transaction ended at revision ${revision}`);
    return place;
  }

  at(revision: number): PastState {
    return this.#states[this.placeOf(revision)] as PastState;
  }

  /** All states from one place to another, both included. */
  between(from: number, to: number): readonly PastState[] {
    return this.#states.slice(from, to + 1);
  }

  /** The place of the newest state at a time. */
  placeAt(time: number): number {
    return this.#states.findLastIndex((state) => state.committedAt <= time);
  }

  #note(): void {
    const { revision } = this.#store;
    this.#placeOf.set(revision, this.#states.length);
    this.#states.push({ revision, committedAt: this.#now(), records: this.#store.records(), unreadable: this.#store.unreadable() });
  }
}
