import { grown } from "../../base/grown.ts";
import { ByteWriter } from "./byte-writer.ts";
import { VarintReader } from "./varint.ts";
import { decodeUnits, encodeUnits, MAX_BYTES_PER_UNIT } from "./unit-bytes.ts";

/**
 * Distinct texts in their order, each known by its ordinal. All but the first of a block leave out what they have in common with the one
 * before (front coding): paths of one folder, and names with one beginning, take a third of their bytes.
 *
 * Layout: how many texts; for each block where it begins, counted from the first block (uint32 each); the blocks. In a block each text is two
 * varints, how many bytes it shares with the text before (left out for the first) and how many follow, and these bytes.
 */
export class SortedTexts {
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #at: number;

  /** `at` is a multiple of 4. */
  constructor(memory: ArrayBufferLike, at: number) {
    this.count = new Uint32Array(memory, at, 1)[0] as number;
    this.#bytes = new Uint8Array(memory);
    this.#starts = new Uint32Array(memory, at + 4, Math.ceil(this.count / BLOCK));
    this.#at = at + 4 + this.#starts.byteLength;
  }

  /** Whether there is room for what these bytes say that they are, from `at` to `end`. */
  static fits(memory: ArrayBufferLike, at: number, end: number): boolean {
    if (end - at < 4) return false;
    const blocks = Math.ceil((new Uint32Array(memory, at, 1)[0] as number) / BLOCK);
    return at + 4 + 4 * blocks <= end;
  }

  /** The ordinal of a text; -1 if it is none of these. */
  find(text: string): number {
    return this.#search(text) ? found.ordinal : -1;
  }

  /** How many texts come before `text`. */
  lowerBound(text: string): number {
    this.#search(text);
    return found.ordinal;
  }

  /** O(a block). */
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

  /** The texts from `from` up to `to`, or to the last one: a third of the cost of one after the other. */
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

  /** For cursors: the bytes that the block of a ordinal begins at. */
  blockOf(ordinal: number): number {
    return this.#at + (this.#starts[ordinal >>> BLOCK_BITS] as number);
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Whether `text` is one of these; `found` has its place, or that of the first that comes after it. */
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

  /** How much each text shares with the one before tells most of them apart from `wanted` without a look at their bytes. */
  #searchBlock(block: number, wanted: Uint8Array, wantedLength: number): boolean {
    const bytes = this.#bytes;
    const end = Math.min(this.count, (block + 1) << BLOCK_BITS);
    let ordinal = block << BLOCK_BITS;
    reader.moveTo(bytes, this.#at + (this.#starts[block] as number));
    // How many first bytes the text at hand, which comes before `wanted`, has in common with it.
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

/** Goes from text to text. Its bytes are its own, and change with each step. */
export class TextCursor {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(64);
  length = 0;
  ordinal: number;
  readonly #texts: SortedTexts;
  readonly #reader = new VarintReader();

  /** Stands before the text at `from`. */
  constructor(texts: SortedTexts, from: number) {
    this.#texts = texts;
    this.ordinal = from - 1;
    if (from >= texts.count) return;
    this.#reader.moveTo(texts.bytes, texts.blockOf(from));
    this.ordinal = (from & ~(BLOCK - 1)) - 1;
    while (this.ordinal < from - 1) this.next();
  }

  /** False at the end. */
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

/** Texts that come in their order. */
export class SortedTextsWriter {
  readonly #blocks = new ByteWriter();
  #starts = new Uint32Array(16);
  #count = 0;
  #before = new Uint8Array(64);
  #beforeLength = 0;

  get count(): number {
    return this.#count;
  }

  /** Precondition: the text of these bytes comes after all that were added. */
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
    return [bytesOf(Uint32Array.of(this.#count)), bytesOf(starts), this.#blocks.written];
  }
}

const BLOCK_BITS = 4;
const BLOCK = 1 << BLOCK_BITS;
/** The first text of each block stands there whole. */
export const TEXTS_A_BLOCK: number = BLOCK;

/** Used within one call each. */
const reader = new VarintReader();
/** Where a search ended: kept here, since a search is too short to pay for an object. */
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
