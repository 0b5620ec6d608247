import { assert } from "../base/assert.ts";
import { isSamePosition, type StorePosition } from "../database/metadata-database.ts";
import type { Advance, StoreAnswer, Standpoint, Verdict } from "../sync/sync-sink.ts";

/**
 * Knows where a cache stands, and what a position that the store names means for it. Nothing else compares histories.
 *
 * The same revision may mean other content after an older backup was put back, or a standby server took over without the last commits. So
 * the store says with each answer whether it continues the position that the reader stood at when it asked. If it does not, a new `history`
 * begins here. The state is outdated until a load that asked within that history has replaced it; how far others write meanwhile, to
 * whatever revision, does not change that. An answer that was asked for in an earlier history is of no use.
 *
 * A backup may also take the store back to exactly where the cache stands. No answer tells of that, but one that was made before may still be on its way,
 * and lead into what was undone. So each question has a number, and a step is not made by an answer to an earlier question than the one after which the
 * store was still here.
 */
export class StoreTimeline {
  #position: StorePosition | undefined;
  #history = 0;
  /** The history that the content of the state belongs to. */
  #ownHistory = 0;
  #questions = 0;
  #knownSince = 0;
  /** The store came to be at the position after this question: a step from there was made later. */
  #reachedSince = 0;

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

  /** The store was at the position at some moment after this question was put. */
  get knownSince(): number {
    return this.#knownSince;
  }

  /** To be called before the store is asked something. */
  ask(): Pick<Standpoint, "history" | "question"> {
    return { history: this.#history, question: ++this.#questions };
  }

  /** The store was found to be at the position. */
  confirm(question: number): void {
    assert(question <= this.#questions, "no answer comes before its question");
    this.#knownSince = Math.max(this.#knownSince, question);
  }

  seen(asked: Pick<Standpoint, "history">, { position, continues = true }: StoreAnswer): Verdict {
    if (!continues && asked.history === this.#history) this.leave();
    if (this.isOutdated || asked.history !== this.#history) return "another-history";
    return isSamePosition(this.#position, position) ? "same" : "ahead";
  }

  /** Whether a step can be made from here: nothing is missed, no two histories are mixed, and it does not lead into what may have been undone. */
  canTake({ from, position, question }: Step): boolean {
    if (this.isOutdated || this.#position === undefined || !isSamePosition(this.#position, from)) return false;
    return isSamePosition(from, position) || this.#takenSince(question) >= this.#knownSince;
  }

  /** Precondition: `canTake`. */
  advance(step: Step & Pick<Advance, "isWrite">): void {
    assert(this.canTake(step), "a step begins where the state stands, and a state that is outdated goes nowhere but by a load");
    const { position, question } = step;
    assert(position.revision >= (this.#position?.revision ?? 0), "within one history, revisions do not go back");
    const since = this.#takenSince(question);
    if (step.isWrite === true && !isSamePosition(step.from, position)) this.#reachedSince = since;
    this.#knownSince = Math.max(this.#knownSince, since);
    this.#position = position;
  }

  /** Whether the state's content is of `history`: then the same revision means the same content. */
  owns(history: number): boolean {
    return history === this.#ownHistory;
  }

  /** The state was replaced by one of `history` at `position`, where the store was after `question`. */
  replace(position: StorePosition, history: number, question: number): void {
    assert(history <= this.#history, "no load is of a history to come");
    assert(history >= this.#ownHistory, "no load brings an earlier history back");
    const isHere = this.owns(history) && isSamePosition(this.#position, position);
    this.#knownSince = isHere ? Math.max(this.#knownSince, question) : question;
    if (!isHere) this.#reachedSince = 0;
    this.#position = position;
    this.#ownHistory = history;
    assert(this.isOutdated === history < this.#history, "a load of the present history ends that the state is outdated");
  }

  /** From now on nothing that was read before says anything of the state, and only a load helps. */
  leave(): void {
    this.#history++;
  }

  /** After which question the store came to where an answer to `question` leads from here. */
  #takenSince(question: number): number {
    return Math.max(question, this.#reachedSince);
  }
}

type Step = Pick<Advance, "from" | "position" | "question">;
