import type { CheckFinding } from "../../check/finding.ts";
import type { StorePosition } from "../../database/metadata-database.ts";

/** What a check knew when it was made: the next one looks at what has changed since. */
export interface CheckBase {
  /** Taken before anything was looked at. */
  readonly position: StorePosition;
  /** The files that had findings: they are looked at again until they have none. */
  readonly found: ReadonlySet<string>;
  /** Files that exist and have no record: the database does not tell if they go. */
  readonly others: ReadonlySet<string>;
}

/** Where a list of findings goes on: behind this finding of the check since that base. */
export interface CheckPlace {
  readonly base: CheckBase | undefined;
  readonly finding: CheckFinding;
}

/** What is known of the checks of one project in this session. */
export class CheckMemory {
  /** The last check that was not of given files. */
  last: CheckBase | undefined;
  readonly #places = new Map<number, CheckPlace>();
  #count = 0;

  /** A number for a cursor: a path in it could be longer than an answer. */
  note(place: CheckPlace): number {
    this.#places.set(++this.#count, place);
    for (const oldest of this.#places.keys()) if (this.#places.size > MAX_PLACES) this.#places.delete(oldest);
    return this.#count;
  }

  /** `undefined` for one that was never noted, or so long ago that it is forgotten. */
  at(number: number): CheckPlace | undefined {
    return this.#places.get(number);
  }
}

const MAX_PLACES = 100;
