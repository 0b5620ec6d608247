import { grown } from "../../base/grown.ts";

/**
 * Which identities left lately, as a queue of ghosts would know it: those among the last so many that left.
 *
 * Each identity has the number of its leaving in a flat array: 4 bytes for each record of the project, whatever the
 * number of ghosts, and nothing to search, move or delete. The numbers wrap around after 2 ** 32 leavings; one that left
 * that long ago may then look like a ghost, once.
 */
export class GhostMemory {
  /** By identity; 0 for what is no ghost. */
  #leavings = new Uint32Array(16);
  #latest = 0;

  add(identity: number): void {
    this.#latest = (this.#latest + 1) >>> 0 || 1;
    this.#leavings = grown(this.#leavings, identity + 1);
    this.#leavings[identity] = this.#latest;
  }

  /** Whether `identity` is among the `reach` that left last, and has not been taken since; it is taken now. */
  take(identity: number, reach: number): boolean {
    const leaving = this.#leavings[identity] ?? 0;
    if (leaving === 0) return false;
    this.#leavings[identity] = 0;
    return (this.#latest - leaving) >>> 0 < reach;
  }

  clear(): void {
    this.#leavings = new Uint32Array(16);
  }
}
