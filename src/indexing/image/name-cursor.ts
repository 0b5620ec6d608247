import { grown } from "../../base/grown.ts";
import { type SortedTexts, TEXTS_A_BLOCK } from "./sorted-texts.ts";

/**
 * Goes through texts that begin with a name, which ends at a NUL. Stops at each text whose name has
 * the wanted letters in their order, upper or lower case. Bytes that a text shares with the text
 * before are not read again, and no string is made: the cost is a few nanoseconds per byte.
 */
export class NameCursor {
  /**
   * The bytes of the current text: the first `length` bytes, of which the first `nameLength` are
   * the name. The next step overwrites them.
   */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  length = 0;
  nameLength = 0;
  ordinal: number;
  /**
   * True if the name equals the name of the text before. If so, the cursor has stopped at that text
   * too, unless this is the first step.
   */
  isSameName = false;
  readonly #packed: Uint8Array;
  readonly #to: number;
  readonly #letters: Uint8Array;
  /** For each number of bytes, how many of the letters these first bytes have. */
  #found = new Uint8Array(257);
  #at: number;

  /**
   * Covers the texts from `from` up to, but not including, `to`. `letters` are lower-case bytes,
   * fewer than 256.
   */
  constructor(texts: SortedTexts, from: number, to: number, letters: Uint8Array) {
    this.#packed = texts.bytes;
    this.#to = to;
    this.#letters = letters;
    this.ordinal = from - 1;
    this.#at = 0;
    if (from >= to) return;
    // The texts before `from` in its block must be unpacked first.
    this.ordinal -= from % TEXTS_A_BLOCK;
    this.#at = texts.blockOf(from);
    while (this.ordinal < from - 1) this.#unpack(from);
  }

  /** True if no text is left. */
  get isAtEnd(): boolean {
    return this.ordinal + 1 >= this.#to;
  }

  /**
   * Reads at most `most` texts. Returns true if the cursor stopped at a text whose name has the
   * letters.
   */
  next(most: number): boolean {
    return this.#unpack(Math.min(this.#to, this.ordinal + 1 + most));
  }

  /** Keeps all state in local variables of one loop: three times as fast as one call per text. */
  #unpack(to: number): boolean {
    const packed = this.#packed;
    const letters = this.#letters;
    const wanted = letters.length;
    let { bytes, ordinal, nameLength } = this;
    let found = this.#found;
    let at = this.#at;
    let fits = false;
    while (!fits && ++ordinal < to) {
      let shared = 0;
      if (ordinal % TEXTS_A_BLOCK !== 0) {
        shared = packed[at++] as number;
        if (shared >= 0x80) {
          at = this.#readVarint(at - 1);
          shared = this.#varint;
        }
      }
      let rest = packed[at++] as number;
      if (rest >= 0x80) {
        at = this.#readVarint(at - 1);
        rest = this.#varint;
      }
      const length = shared + rest;
      if (length >= bytes.length) {
        bytes = this.bytes = grown(bytes, 2 * length);
        found = this.#found = grown(found, 2 * length + 1);
      }
      this.isSameName = nameLength >= 0 && nameLength < shared;
      let place = shared;
      if (!this.isSameName) {
        let count = found[shared] as number;
        nameLength = -1;
        for (; place < length; place++) {
          const byte = packed[at++] as number;
          bytes[place] = byte;
          if (byte === 0) {
            nameLength = place++;
            break;
          }
          if (count < wanted && FOLDED[byte] === letters[count]) count++;
          found[place + 1] = count;
        }
      }
      for (; place < length; place++) bytes[place] = packed[at++] as number;
      fits = found[nameLength] === wanted;
      this.length = length;
    }
    this.ordinal = fits ? ordinal : to - 1;
    this.nameLength = nameLength;
    this.#at = at;
    return fits;
  }

  #varint = 0;

  /** Reads a number of several bytes. Returns the offset after the number. */
  #readVarint(from: number): number {
    let value = 0;
    let at = from;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#packed[at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    this.#varint = value >>> 0;
    return at;
  }
}

/** Maps bytes of upper-case letters to lower case. */
const FOLDED: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));
