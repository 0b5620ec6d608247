import { assert } from "../base/assert.ts";
import { isSamePosition, type StorePosition } from "../database/metadata-database.ts";
import type { Advance, StoreAnswer, Standpoint, Verdict } from "../sync/sync-sink.ts";

/**
 * Knows the position of a cache, and what a position from the store means for it. This is the only
 * code that compares histories.
 *
 * The same revision may mean other content after somebody restores an older backup, or after a
 * standby server takes over without the last commits. So the store says with each answer if it
 * continues the position from which the reader asked. If it does not, a new `history` begins here.
 * The state is outdated until a load that asked within the new history has replaced it, even if
 * other writers reach the same revisions meanwhile. An answer to a question of an earlier history
 * is useless.
 *
 * A backup may also take the store back to exactly the position of the cache. No answer tells of
 * that. But an answer from before the restore may still be on its way, and may lead to a revision
 * that was undone. So each question has a number. `knownSince` is the number of the last question
 * after which the store was still at the cache's position. The cache refuses a step that answers an
 * earlier question.
 */
export class StoreTimeline {
  #position: StorePosition | undefined;
  #history = 0;
  /** The history of the state's content. */
  #ownHistory = 0;
  #questions = 0;
  #knownSince = 0;
  /**
   * The store reached the position after this question, so a step from the position was made later
   * than this question.
   */
  #reachedSince = 0;

  /** `undefined` until the first load. */
  get position(): StorePosition | undefined {
    return this.#position;
  }

  /** Gets another number each time a revision may mean other content than before. */
  get history(): number {
    return this.#history;
  }

  get isOutdated(): boolean {
    return this.#ownHistory !== this.#history;
  }

  /** The store was at the position at some moment after this question was asked. */
  get knownSince(): number {
    return this.#knownSince;
  }

  /** Call this before each question to the store. */
  ask(): Pick<Standpoint, "history" | "question"> {
    return { history: this.#history, question: ++this.#questions };
  }

  /** Notes that the store was at the position after `question`. */
  confirm(question: number): void {
    assert(question <= this.#questions, "no answer comes before its question");
    this.#knownSince = Math.max(this.#knownSince, question);
  }

  seen(asked: Pick<Standpoint, "history">, { position, continues = true }: StoreAnswer): Verdict {
    if (!continues && asked.history === this.#history) this.beginHistory();
    if (this.isOutdated || asked.history !== this.#history) return "another-history";
    return isSamePosition(this.#position, position) ? "same" : "ahead";
  }

  /**
   * True if a step can be made from here: it misses no change, mixes no histories, and does not
   * lead to a revision that a restored backup may have undone.
   */
  canTake({ from, position, question }: Step): boolean {
    if (this.isOutdated || this.#position === undefined || !isSamePosition(this.#position, from)) return false;
    return isSamePosition(from, position) || this.#arrivalQuestion(question) >= this.#knownSince;
  }

  /** Precondition: `canTake`. */
  advance(step: Step & Pick<Advance, "isWrite">): void {
    assert(this.canTake(step), "a step begins at the position of the state, and the state is not outdated");
    const { position, question } = step;
    assert(position.revision >= (this.#position?.revision ?? 0), "within one history, revisions do not go back");
    const since = this.#arrivalQuestion(question);
    if (step.isWrite === true && !isSamePosition(step.from, position)) this.#reachedSince = since;
    this.#knownSince = Math.max(this.#knownSince, since);
    this.#position = position;
  }

  /** True if the state's content is of `history`. Then the same revision means the same content. */
  owns(history: number): boolean {
    return history === this.#ownHistory;
  }

  /**
   * Notes that a state of `history` at `position` has replaced the present one. The store was at
   * `position` after `question`.
   */
  replace(position: StorePosition, history: number, question: number): void {
    assert(history <= this.#history, "the history of a load has already begun");
    assert(history >= this.#ownHistory, "the history of a load is not earlier than the one of the state");
    const isHere = this.owns(history) && isSamePosition(this.#position, position);
    this.#knownSince = isHere ? Math.max(this.#knownSince, question) : question;
    if (!isHere) this.#reachedSince = 0;
    this.#position = position;
    this.#ownHistory = history;
    assert(this.isOutdated === history < this.#history, "after a load of the present history the state is not outdated");
  }

  /**
   * Begins a new history: the state is outdated, nothing that was read before applies to it, and
   * only a load helps.
   */
  beginHistory(): void {
    this.#history++;
  }

  /**
   * The number of the last question after which the store reached the position that an answer to
   * `question` leads to.
   */
  #arrivalQuestion(question: number): number {
    return Math.max(question, this.#reachedSince);
  }
}

type Step = Pick<Advance, "from" | "position" | "question">;
