import { grown } from "../../base/grown.ts";
import type { NearestSpelling } from "../../base/text/nearest.ts";
import { type SortedTexts, TEXTS_A_BLOCK } from "./sorted-texts.ts";
import { VarintReader } from "./varint.ts";

/**
 * Finds the text whose name (the part before a NUL) is spelt most like the text of a
 * `NearestSpelling`. Does not unpack texts whose beginning is too different. If all texts of a
 * block begin like this, reads only the first one.
 */
export class SpellingScan {
  readonly #texts: SortedTexts;
  readonly #spelling: NearestSpelling;
  readonly #counts: (ordinal: number) => boolean;
  readonly #reader = new VarintReader();
  /** The last text that was read, and the end of each of its letters. */
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  readonly #ends: number[] = [];
  /** Every text that shares this many first bytes with the last text can be skipped. */
  #passed = Infinity;
  #found = -1;

  /** `counts` returns true if the text with this ordinal may be found. */
  constructor(texts: SortedTexts, spelling: NearestSpelling, counts: (ordinal: number) => boolean) {
    this.#texts = texts;
    this.#spelling = spelling;
    this.#counts = counts;
  }

  /**
   * Returns the ordinal of the text, or -1 if no text is nearer than the one that the spelling has
   * found before.
   */
  run(): number {
    const { count } = this.#texts;
    for (let ordinal = 0; ordinal < count; ordinal += TEXTS_A_BLOCK) {
      const next = ordinal + TEXTS_A_BLOCK;
      if (next < count && this.#isPassed(ordinal) && this.#isPassed(next)) continue;
      this.#lookAtBlock(ordinal, Math.min(count, next));
    }
    return this.#found;
  }

  /** Returns true if the first text of a block can be skipped. */
  #isPassed(ordinal: number): boolean {
    if (this.#passed === Infinity) return false;
    const reader = this.#reader;
    reader.moveTo(this.#texts.bytes, this.#texts.blockOf(ordinal));
    return reader.next() >= this.#passed && this.#commonFrom(reader.at, this.#passed) === this.#passed;
  }

  /** How many of the bytes from `at` on, at most `most`, equal those of the last text. */
  #commonFrom(at: number, most: number): number {
    const [source, bytes] = [this.#texts.bytes, this.#bytes];
    let common = 0;
    while (common < most && source[at + common] === bytes[common]) common++;
    return common;
  }

  #lookAtBlock(from: number, to: number): void {
    const reader = this.#reader;
    reader.moveTo(this.#texts.bytes, this.#texts.blockOf(from));
    for (let ordinal = from; ordinal < to; ordinal++) {
      const isFirst = ordinal === from;
      const written = isFirst ? 0 : reader.next();
      const rest = reader.next();
      const { at } = reader;
      // The first text of a block is stored whole.
      const shared = isFirst ? this.#commonFrom(at, Math.min(rest, this.#length)) : written;
      if (shared < this.#passed) this.#lookAt(ordinal, shared, { at: isFirst ? at + shared : at, length: written + rest });
      reader.skip(rest);
    }
  }

  #length = 0;

  /** The text shares `shared` bytes with the last text. Its other bytes begin at `at`. */
  #lookAt(ordinal: number, shared: number, { at, length }: { readonly at: number; readonly length: number }): void {
    const [source, spelling, ends] = [this.#texts.bytes, this.#spelling, this.#ends];
    const bytes = (this.#bytes = grown(this.#bytes, length));
    for (let to = shared, from = at; to < length;) bytes[to++] = source[from++] as number;
    this.#length = length;
    while (ends.length > 0 && (ends.at(-1) as number) > shared) ends.pop();
    spelling.cut(ends.length);
    this.#passed = Infinity;
    let end = ends.at(-1) ?? 0;
    while (end < length && bytes[end] !== 0 && !spelling.isTooFar) {
      const size = unitSize(bytes[end] as number);
      spelling.add(unitAt(bytes, end, size));
      ends.push((end += size));
    }
    if (spelling.isTooFar) this.#passed = end;
    else if (!spelling.isNearer) this.#passed = end < length ? end + 1 : Infinity;
    else if (this.#counts(ordinal)) {
      spelling.take();
      this.#found = ordinal;
    }
  }
}

/** The number of bytes of a unit, by the first of them (`encodeUnits`). */
function unitSize(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
}

function unitAt(bytes: Uint8Array, at: number, size: number): number {
  const first = bytes[at] as number;
  if (size === 1) return first;
  const second = (bytes[at + 1] as number) & 0x3f;
  return size === 2 ? ((first & 0x1f) << 6) | second : ((first & 0x0f) << 12) | (second << 6) | ((bytes[at + 2] as number) & 0x3f);
}
