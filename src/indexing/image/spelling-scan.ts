import { grown } from "../../base/grown.ts";
import type { NearestSpelling } from "../../base/nearest.ts";
import { type SortedTexts, TEXTS_A_BLOCK } from "./sorted-texts.ts";
import { VarintReader } from "./varint.ts";

/**
 * Finds the text whose name, the part up to a NUL, is spelt most like what a `NearestSpelling` looks for. Texts that begin too far away are not unpacked, and of blocks of
 * such texts only the first one is looked at.
 */
export class SpellingScan {
  readonly #texts: SortedTexts;
  readonly #spelling: NearestSpelling;
  readonly #counts: (position: number) => boolean;
  readonly #reader = new VarintReader();
  /** The last text that was looked at, and where each of its letters ends. */
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  readonly #ends: number[] = [];
  /** Every text that has so many first bytes in common with it can be passed over. */
  #passed = Infinity;
  #found = -1;

  /** `counts` tells whether the text at a position may be found. */
  constructor(texts: SortedTexts, spelling: NearestSpelling, counts: (position: number) => boolean) {
    this.#texts = texts;
    this.#spelling = spelling;
    this.#counts = counts;
  }

  /** The position of the text; -1 if none is nearer than what the spelling has found before. */
  run(): number {
    const { count } = this.#texts;
    for (let position = 0; position < count; position += TEXTS_A_BLOCK) {
      const next = position + TEXTS_A_BLOCK;
      if (next < count && this.#isPassed(position) && this.#isPassed(next)) continue;
      this.#lookAtBlock(position, Math.min(count, next));
    }
    return this.#found;
  }

  /** Whether the first text of a block can be passed over. */
  #isPassed(position: number): boolean {
    if (this.#passed === Infinity) return false;
    const reader = this.#reader;
    reader.moveTo(this.#texts.bytes, this.#texts.blockOf(position));
    return reader.next() >= this.#passed && this.#commonFrom(reader.at, this.#passed) === this.#passed;
  }

  /** How many of the bytes from `at` on, at most `most`, are those of the last text. */
  #commonFrom(at: number, most: number): number {
    const [source, bytes] = [this.#texts.bytes, this.#bytes];
    let common = 0;
    while (common < most && source[at + common] === bytes[common]) common++;
    return common;
  }

  #lookAtBlock(from: number, to: number): void {
    const reader = this.#reader;
    reader.moveTo(this.#texts.bytes, this.#texts.blockOf(from));
    for (let position = from; position < to; position++) {
      const isFirst = position === from;
      const written = isFirst ? 0 : reader.next();
      const rest = reader.next();
      const { at } = reader;
      // The first text of a block stands there whole.
      const shared = isFirst ? this.#commonFrom(at, Math.min(rest, this.#length)) : written;
      if (shared < this.#passed) this.#lookAt(position, shared, { at: isFirst ? at + shared : at, length: written + rest });
      reader.skip(rest);
    }
  }

  #length = 0;

  /** `shared` bytes of the text are those of the last one; the others begin at `at`. */
  #lookAt(position: number, shared: number, { at, length }: { readonly at: number; readonly length: number }): void {
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
    else if (this.#counts(position)) {
      spelling.take();
      this.#found = position;
    }
  }
}

/** How many bytes a unit takes, by the first of them (`encodeUnits`). */
function unitSize(first: number): number {
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
}

function unitAt(bytes: Uint8Array, at: number, size: number): number {
  const first = bytes[at] as number;
  if (size === 1) return first;
  const second = (bytes[at + 1] as number) & 0x3f;
  return size === 2 ? ((first & 0x1f) << 6) | second : ((first & 0x0f) << 12) | (second << 6) | ((bytes[at + 2] as number) & 0x3f);
}
