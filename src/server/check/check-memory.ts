import type { CheckFinding } from "../../check/finding.ts";
import type { StorePosition } from "../../database/metadata-database.ts";

/** What a check knew. The next check looks at what changed since then. */
export interface CheckBase {
  /** The position before the check looked at anything. */
  readonly position: StorePosition;
  /** The files that had findings. Each check looks at them again until they have no findings. */
  readonly found: ReadonlySet<string>;
  /** Files that exist and have no record. The database does not report it if they are removed. */
  readonly others: ReadonlySet<string>;
}

/**
 * Where a list of findings continues: after `finding`, in the check of what changed since `base`.
 */
export interface CheckPlace {
  readonly base: CheckBase | undefined;
  readonly finding: CheckFinding;
}

/** Remembers the checks of one project in this session. */
export class CheckMemory {
  /** The last check that was not limited to given files. */
  last: CheckBase | undefined;
  readonly #places = new Map<number, CheckPlace>();
  #count = 0;

  /**
   * Returns a number for a cursor. A cursor with the path itself could be longer than an answer.
   */
  note(place: CheckPlace): number {
    this.#places.set(++this.#count, place);
    for (const oldest of this.#places.keys()) if (this.#places.size > MAX_PLACES) this.#places.delete(oldest);
    return this.#count;
  }

  /**
   * Returns `undefined` for a number that was never given, or that is forgotten because it is too
   * old.
   */
  at(number: number): CheckPlace | undefined {
    return this.#places.get(number);
  }
}

const MAX_PLACES = 100;
