import { grown } from "../../base/grown.ts";
import { ByteWriter } from "./byte-writer.ts";
import { VarintReader } from "./varint.ts";
import { decodeUnits, encodeUnits, MAX_BYTES_PER_UNIT } from "./unit-bytes.ts";

/**
 * Distinct texts in order, each known by its ordinal. Each text except the first of a block leaves
 * out the bytes that it shares with the text before (front coding). Paths of one folder, and names
 * with the same beginning, then take a third of their bytes.
 *
 * Layout: the number of texts; for each block its start, counted from the first block (uint32
 * each); the blocks. In a block each text is two varints, then bytes: how many bytes it shares with
 * the text before (left out for the first text), how many bytes follow, and these bytes.
 */
export class SortedTexts {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #at: number;

  /** Precondition: `at` is a multiple of 4. */
  constructor(memory: ArrayBufferLike, at: number) {
    this.count = new Uint32Array(memory, at, 1)[0] as number;
    this.#bytes = new Uint8Array(memory);
    this.#starts = new Uint32Array(memory, at + 4, Math.ceil(this.count / BLOCK));
    this.#at = at + 4 + this.#starts.byteLength;
  }

  /** Returns true if the texts that these bytes announce have room between `at` and `end`. */
  static fits(memory: ArrayBufferLike, at: number, end: number): boolean {
    if (end - at < 4) return false;
    const blocks = Math.ceil((new Uint32Array(memory, at, 1)[0] as number) / BLOCK);
    return at + 4 + 4 * blocks <= end;
  }

  /** Returns the ordinal of a text, or -1 if it is not one of these texts. */
  find(text: string): number {
    return this.#search(text) ? found.ordinal : -1;
  }

  /** The number of texts that come before `text`. */
  lowerBound(text: string): number {
    this.#search(text);
    return found.ordinal;
  }

  /** Cost: one block. */
  at(ordinal: number): string {
    const bytes = this.#bytes;
    reader.moveTo(bytes, this.blockOf(ordinal));
    let length = 0;
    for (let place = ordinal & ~(BLOCK - 1); place <= ordinal; place++) {
      const shared = place % BLOCK === 0 ? 0 : reader.next();
      const rest = reader.next();
      length = shared + rest;
      oneText = grown(oneText, length);
      for (let offset = 0, { at } = reader; offset < rest; offset++) oneText[shared + offset] = bytes[at + offset] as number;
      reader.skip(rest);
    }
    return decodeUnits(oneText, 0, length);
  }

  /**
   * The texts from `from` up to `to`, or up to the last one. Costs a third of as many calls of
   * `at`.
   */
  slice(from: number, to: number): string[] {
    const texts: string[] = [];
    const wanted = Math.min(to, this.count) - from;
    const cursor = new TextCursor(this, from);
    const ends: number[] = [];
    let joined = joinedTexts;
    let length = 0;
    let isAscii = true;
    while (texts.length + ends.length < wanted && cursor.next()) {
      joined = joinedTexts = grown(joined, length + cursor.length);
      for (let at = 0; at < cursor.length; at++) {
        const byte = cursor.bytes[at] as number;
        joined[length++] = byte;
        if (byte >= 0x80) isAscii = false;
      }
      ends.push(length);
      if (ends.length === BLOCK || texts.length + ends.length === wanted) {
        split(joined, ends, isAscii, texts);
        ends.length = length = 0;
        isAscii = true;
      }
    }
    return texts;
  }

  /** For cursors: the offset of the bytes of the block that has this ordinal. */
  blockOf(ordinal: number): number {
    return this.#at + (this.#starts[ordinal >>> BLOCK_BITS] as number);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /**
   * Returns true if `text` is one of these texts. `found` then has its ordinal, otherwise the
   * ordinal of the first text after it.
   */
  #search(text: string): boolean {
    const wanted = (wantedBytes = grown(wantedBytes, MAX_BYTES_PER_UNIT * text.length));
    const length = encodeUnits(text, wanted, 0);
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isHeadAfter(middle, wanted, length)) high = middle;
      else low = middle + 1;
    }
    if (low === 0) {
      found.ordinal = 0;
      return false;
    }
    return this.#searchBlock(low - 1, wanted, length);
  }

  #isHeadAfter(block: number, wanted: Uint8Array, wantedLength: number): boolean {
    const bytes = this.#bytes;
    reader.moveTo(bytes, this.#at + (this.#starts[block] as number));
    const length = reader.next();
    const { at } = reader;
    const common = length < wantedLength ? length : wantedLength;
    for (let offset = 0; offset < common; offset++) {
      const difference = (bytes[at + offset] as number) - (wanted[offset] as number);
      if (difference !== 0) return difference > 0;
    }
    return length > wantedLength;
  }

  /**
   * For most texts, the length shared with the text before is enough to tell them from `wanted`.
   * Their bytes are not read.
   */
  #searchBlock(block: number, wanted: Uint8Array, wantedLength: number): boolean {
    const bytes = this.#bytes;
    const end = Math.min(this.count, (block + 1) << BLOCK_BITS);
    let ordinal = block << BLOCK_BITS;
    reader.moveTo(bytes, this.#at + (this.#starts[block] as number));
    // How many first bytes `wanted` shares with the current text, which comes before `wanted`.
    let common = 0;
    for (let isFirst = true; ordinal < end; ordinal++, isFirst = false) {
      const shared = isFirst ? 0 : reader.next();
      const rest = reader.next();
      const { at } = reader;
      if (shared < common) break;
      if (shared === common) {
        let offset = 0;
        while (offset < rest && common < wantedLength && bytes[at + offset] === wanted[common]) {
          offset++;
          common++;
        }
        if (offset === rest && common === wantedLength) {
          found.ordinal = ordinal;
          return true;
        }
        const isAfter = common === wantedLength || (offset < rest && (bytes[at + offset] as number) > (wanted[common] as number));
        if (isAfter) break;
      }
      reader.skip(rest);
    }
    found.ordinal = ordinal;
    return false;
  }
}

/** Goes from text to text. The cursor owns its bytes. Each step overwrites them. */
export class TextCursor {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  length = 0;
  ordinal: number;
  readonly #texts: SortedTexts;
  readonly #reader = new VarintReader();

  /** The first call of `next` goes to the text at `from`. */
  constructor(texts: SortedTexts, from: number) {
    this.#texts = texts;
    this.ordinal = from - 1;
    if (from >= texts.count) return;
    this.#reader.moveTo(texts.bytes, texts.blockOf(from));
    this.ordinal = (from & ~(BLOCK - 1)) - 1;
    while (this.ordinal < from - 1) this.next();
  }

  /** Returns false at the end. */
  next(): boolean {
    const ordinal = this.ordinal + 1;
    if (ordinal >= this.#texts.count) return false;
    this.ordinal = ordinal;
    const shared = ordinal % BLOCK === 0 ? 0 : this.#reader.next();
    const rest = this.#reader.next();
    const length = shared + rest;
    this.bytes = grown(this.bytes, length);
    const { bytes } = this;
    const packed = this.#texts.bytes;
    let { at } = this.#reader;
    for (let to = shared; to < length; to++) bytes[to] = packed[at++] as number;
    this.#reader.skip(rest);
    this.length = length;
    return true;
  }

  text(): string {
    return decodeUnits(this.bytes, 0, this.length);
  }
}

/** Writes texts that come in order. */
export class SortedTextsWriter {
  readonly #blocks = new ByteWriter();
  #starts = new Uint32Array(16);
  #count = 0;
  #before = new Uint8Array(64);
  #beforeLength = 0;

  get count(): number {
    return this.#count;
  }

  /** Precondition: the text of these bytes comes after all texts added before. */
  add(bytes: Uint8Array, length: number): void {
    let shared = 0;
    if (this.#count % BLOCK === 0) {
      this.#starts = grown(this.#starts, this.#count / BLOCK + 1, 1.5);
      this.#starts[this.#count / BLOCK] = this.#blocks.length;
    } else {
      const common = Math.min(length, this.#beforeLength);
      while (shared < common && bytes[shared] === this.#before[shared]) shared++;
      this.#blocks.varint(shared);
    }
    this.#blocks.varint(length - shared);
    this.#blocks.copy(bytes, shared, length);
    this.#before = grown(this.#before, length);
    for (let at = shared; at < length; at++) this.#before[at] = bytes[at] as number;
    this.#beforeLength = length;
    this.#count++;
  }

  pack(): Uint8Array[] {
    const starts = this.#starts.subarray(0, Math.ceil(this.#count / BLOCK));
    return [bytesOf(Uint32Array.of(this.#count)), bytesOf(starts), ...this.#blocks.parts];
  }
}

const BLOCK_BITS = 4;
const BLOCK = 1 << BLOCK_BITS;
/** How many texts a block has. The first text of each block is stored whole. */
export const TEXTS_A_BLOCK: number = BLOCK;

/** Shared by all calls. No call keeps it after it returns. */
const reader = new VarintReader();
/** The result of a search. It is kept here because a search is too short to pay for an object. */
const found = { ordinal: 0 };
let wantedBytes = new Uint8Array(256);
let oneText = new Uint8Array(256);
let joinedTexts = new Uint8Array(1_024);

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

function split(joined: Uint8Array, ends: readonly number[], isAscii: boolean, texts: string[]): void {
  const all = isAscii ? decodeUnits(joined, 0, ends.at(-1) ?? 0) : "";
  let start = 0;
  for (const end of ends) {
    texts.push(isAscii ? all.substring(start, end) : decodeUnits(joined, start, end));
    start = end;
  }
}
