import { assert } from "../base/assert.ts";
import { isSamePosition, type StorePosition } from "../database/metadata-database.ts";
import type { StoreAnswer, Standpoint, Verdict } from "../sync/sync-sink.ts";

/**
 * Knows where a cache stands, and what a position that the store names means for it. Nothing else compares histories.
 *
 * The same revision may mean other content after an older backup was put back, or a standby server took over without the last commits. So
 * the store says with each answer whether it continues the position that the reader stood at when it asked. If it does not, a new `history`
 * begins here. The state is outdated until a load that asked within that history has replaced it; how far others write meanwhile, to
 * whatever revision, does not change that. An answer that was asked for in an earlier history is of no use.
 */
export class StoreTimeline {
  #position: StorePosition | undefined;
  #history = 0;
  /** The history that the content of the state belongs to. */
  #ownHistory = 0;

  /** `undefined` until the first load. */
  get position(): StorePosition | undefined {
    return this.#position;
  }

  /** A number that is another one whenever a revision may mean other content than before. */
  get history(): number {
    return this.#history;
  }

  get isOutdated(): boolean {
    return this.#ownHistory !== this.#history;
  }

  seen(asked: Pick<Standpoint, "history">, { position, continues = true }: StoreAnswer): Verdict {
    if (!continues && asked.history === this.#history) this.leave();
    if (this.isOutdated || asked.history !== this.#history) return "another-history";
    return isSamePosition(this.#position, position) ? "same" : "ahead";
  }

  /** Whether a step that begins at `from` can be made from here: nothing is missed, and no two histories are mixed. */
  isAt(from: StorePosition): boolean {
    return !this.isOutdated && this.#position !== undefined && isSamePosition(this.#position, from);
  }

  /** Precondition: the step begins where the state stands. */
  advance(position: StorePosition): void {
    assert(!this.isOutdated, "an outdated state goes nowhere but by a load");
    assert(position.revision >= (this.#position?.revision ?? 0), "within one history, revisions do not go back");
    this.#position = position;
  }

  /** Whether the state's content is of `history`: then the same revision means the same content. */
  owns(history: number): boolean {
    return history === this.#ownHistory;
  }

  /** The state was replaced by one of `history` at `position`. */
  replace(position: StorePosition, history: number): void {
    assert(history <= this.#history, "no load is of a history to come");
    assert(history >= this.#ownHistory, "no load brings an earlier history back");
    this.#position = position;
    this.#ownHistory = history;
    assert(this.isOutdated === history < this.#history, "a load of the present history ends that the state is outdated");
  }

  /** From now on nothing that was read before says anything of the state, and only a load helps. */
  leave(): void {
    this.#history++;
  }
}
