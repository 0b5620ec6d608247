import { PROJECTS } from "./contended-records.ts";
import { Floor } from "./floor.ts";
import type { Writing } from "./operation.ts";
import { type Position, positionAt } from "./position.ts";

/** That an older state of the whole database was put back in place of its own, in one transaction, which was committed between the two times. */
export interface Restore {
  readonly begin: number;
  readonly end: number;
  /** By project: which revision was put back, and which was reached by writes in the same transaction. */
  readonly projects: readonly { readonly base: number; readonly reached: number }[];
}

/** When the histories began, and what is known of when each position was reached. */
export class Timeline {
  readonly #restores: readonly Restore[];
  /** The highest history that there can have been, by time. */
  readonly #begun = new Floor();
  /** The earliest time of a position, by position: whatever is at it or before it, was begun before it was reached. */
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

  /** The database was not at a position before this. */
  earliestOf(project: number, position: Position): number {
    return this.#made[project]?.before(position + 1) ?? 0;
  }
}
