import type { LikePattern } from "./like-pattern.ts";

/**
 * Tells from the bytes of names that come in their order which ones may fit one of some patterns: those that have all its letters, in their order. What a name has
 * in common with the one before is not looked at again.
 */
export class NameScan {
  readonly #states: readonly LetterState[];

  constructor(patterns: readonly LikePattern[]) {
    this.#states = patterns.map(({ necessary }) => new LetterState(necessary));
  }

  /** `shared`: how many first bytes are those of the name of the last call, `length` how many there are. */
  mayFit(bytes: Uint8Array, shared: number, length: number): boolean {
    let fits = false;
    for (const state of this.#states) if (state.follow(bytes, shared, length)) fits = true;
    return fits;
  }
}

class LetterState {
  readonly #letters: Uint8Array;
  /** After each byte of the name, how many letters were found. */
  #found = new Uint8Array(256);

  constructor(letters: Uint8Array) {
    this.#letters = letters;
  }

  follow(bytes: Uint8Array, shared: number, length: number): boolean {
    const letters = this.#letters;
    if (length >= this.#found.length) {
      const longer = new Uint8Array(2 * length);
      longer.set(this.#found);
      this.#found = longer;
    }
    const found = this.#found;
    let count = found[shared] as number;
    for (let at = shared; at < length; at++) {
      const byte = bytes[at] as number;
      if (count < letters.length && FOLDED[byte] === letters[count]) count++;
      found[at + 1] = count;
    }
    return count === letters.length;
  }
}

const FOLDED: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));
