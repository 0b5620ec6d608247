import { PROJECTS } from "../operations/contended-records.ts";
import { Floor } from "./floor.ts";
import type { Writing } from "../operations/operation.ts";
import { type Position, positionAt } from "./position.ts";

/**
 * An older state of the whole database was put back, in one transaction, which was committed
 * between the two times.
 */
export interface Restore {
  readonly begin: number;
  readonly end: number;
  /**
   * For each project, the revision that was put back, and the revision that the writes in the same
   * transaction reached.
   */
  readonly projects: readonly { readonly base: number; readonly reached: number }[];
}

/** When each history began, and what is known of when each position was reached. */
export class Timeline {
  readonly #restores: readonly Restore[];
  /** The highest history that can have existed, by time. */
  readonly #begun = new Floor();
  /**
   * The earliest time of a position, by position: every operation at or before the position started
   * before the position was reached.
   */
  readonly #made = PROJECTS.map(() => new Floor());
  readonly #restored: readonly Floor[];

  constructor(restores: readonly Restore[]) {
    this.#restores = restores;
    for (const [index, { begin, projects }] of restores.entries()) {
      this.#begun.add(begin, index + 1);
      for (const [project, { reached }] of projects.entries()) this.#made[project]?.add(positionAt(index + 1, reached), begin);
    }
    this.#restored = PROJECTS.map((_, project) => this.newFloorOf(project));
  }

  /** By time, the position that the last restore led to. */
  newFloorOf(project: number): Floor {
    const floor = new Floor();
    for (const [index, { end, projects }] of this.#restores.entries()) {
      floor.add(end, positionAt(index + 1, projects[project]?.reached ?? 0));
    }
    return floor;
  }

  addWrite({ project, begin }: Writing, first: Position): void {
    this.#made[project]?.add(first, begin);
  }

  /** Precondition of `earliestOf`. */
  settle(): void {
    for (const floor of this.#made) floor.settle();
  }

  lastBranchUntil(time: number): number {
    return this.#begun.before(time);
  }

  restoredBefore(project: number, time: number): Position {
    return this.#restored[project]?.before(time) ?? 0;
  }

  /** The database was not at a position before this time. */
  earliestOf(project: number, position: Position): number {
    return this.#made[project]?.before(position + 1) ?? 0;
  }
}
