import { grown } from "../../base/grown.ts";

/**
 * Tells which identities left lately, as a queue of ghosts would: those among the last n that left.
 *
 * A flat array keeps, for each identity, the number of its leaving: 4 bytes for each record of the
 * project, for any number of ghosts, with nothing to search, move or delete. The numbers wrap
 * around after 2 ** 32 leavings. An identity that left that long ago may then look like a ghost,
 * once.
 */
export class GhostMemory {
  /** By identity; 0 if the identity is not a ghost. */
  #leavings = new Uint32Array(16);
  #latest = 0;

  add(identity: number): void {
    this.#latest = (this.#latest + 1) >>> 0 || 1;
    this.#leavings = grown(this.#leavings, identity + 1);
    this.#leavings[identity] = this.#latest;
  }

  /**
   * Returns true if `identity` is among the last `reach` that left, and was not taken since. Takes
   * it.
   */
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
