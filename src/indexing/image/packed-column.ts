import { grown, release } from "../../base/grown.ts";
import { ALIGNMENT } from "./image-format.ts";

/**
 * The head before the values: the least value (float64), the bytes per value (uint32), and padding
 * (uint32).
 */
const HEAD = 16;
/**
 * The width for values that are not integers, or that are too far apart. They are stored as
 * float64.
 */
const WHOLE = 8;
const MAX_WIDTH = 6;

/**
 * One number for each place. Each number takes as few bytes as the span from the least to the
 * greatest needs: none if all are the same.
 */
export class PackedColumn {
  readonly #bytes: Uint8Array;
  readonly #floats: Float64Array | undefined;
  readonly #at: number;
  readonly #least: number;
  readonly #width: number;

  /** Precondition: `at` is a multiple of 8. */
  constructor(memory: ArrayBufferLike, at: number, count: number) {
    this.#least = new Float64Array(memory, at, 1)[0] as number;
    this.#width = new Uint32Array(memory, at + 8, 1)[0] as number;
    this.#bytes = new Uint8Array(memory);
    this.#at = at + HEAD;
    if (this.#width === WHOLE) this.#floats = new Float64Array(memory, this.#at, count);
  }

  /**
   * Returns true if the bytes from `at` to `end` hold exactly `count` values, up to the alignment
   * of segments.
   */
  static fits(memory: ArrayBufferLike, at: number, end: number, count: number): boolean {
    if (end - at < HEAD) return false;
    const width = new Uint32Array(memory, at + 8, 1)[0] as number;
    const bytes = HEAD + count * width;
    return (width <= MAX_WIDTH || width === WHOLE) && end - at >= bytes && end - at < bytes + ALIGNMENT;
  }

  get(place: number): number {
    const bytes = this.#bytes;
    const width = this.#width;
    const at = this.#at + place * width;
    switch (width) {
      case 0:
        return this.#least;
      case 1:
        return this.#least + (bytes[at] as number);
      case 2:
        return this.#least + ((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
      case 3:
        return this.#least + ((bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16));
      case WHOLE:
        return this.#floats?.[place] ?? 0;
      default: {
        let value = 0;
        for (let byte = width - 1; byte >= 0; byte--) value = value * 256 + (bytes[at + byte] as number);
        return this.#least + value;
      }
    }
  }
}

/** This many values are packed in about a millisecond. */
const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
/** Most columns are short. */
const FIRST_CHUNK = 64;

/** Collects the values of a column, in chunks: a long array would be copied whenever it grows. */
export class ColumnWriter {
  #chunks: (Float64Array | undefined)[] = [];
  #count = 0;

  push(value: number): void {
    this.set(this.#count, value);
  }

  /** Places that are never set are 0. */
  set(place: number, value: number): void {
    const number = place >>> CHUNK_BITS;
    const at = place & (CHUNK - 1);
    let chunk = this.#chunks[number];
    if (chunk === undefined || at >= chunk.length) chunk = this.#lengthened(number, at + 1);
    chunk[at] = value;
    if (place >= this.#count) this.#count = place + 1;
  }

  /** Returns the column's bytes. The writer is empty afterwards. */
  *pack(): Generator<void, Uint8Array, undefined> {
    const count = this.#count;
    const { least, width } = yield* this.#encoding();
    const bytes = new Uint8Array(HEAD + count * width);
    new Float64Array(bytes.buffer, 0, 1)[0] = least;
    new Uint32Array(bytes.buffer, 8, 1)[0] = width;
    let at = HEAD;
    for (const values of this.#values()) {
      if (width === WHOLE) new Float64Array(bytes.buffer, at, values.length).set(values);
      else write(bytes, at, values, least, width);
      at += values.length * width;
      release(values);
      yield;
    }
    this.#chunks = [];
    this.#count = 0;
    return bytes;
  }

  *#encoding(): Generator<void, Encoding, undefined> {
    let least = Infinity;
    let greatest = -Infinity;
    for (const values of this.#values()) {
      for (let place = 0; place < values.length; place++) {
        const value = values[place] as number;
        if (!Number.isSafeInteger(value) || Object.is(value, -0)) return AS_THEY_ARE;
        if (value < least) least = value;
        if (value > greatest) greatest = value;
      }
      yield;
    }
    if (this.#count === 0) return { least: 0, width: 0 };
    for (let width = 0; width <= MAX_WIDTH; width++) if (greatest - least < 256 ** width) return { least, width };
    return AS_THEY_ARE;
  }

  /** All values, chunk by chunk. */
  *#values(): Generator<Float64Array, void, undefined> {
    for (let number = 0; number * CHUNK < this.#count; number++) {
      const wanted = Math.min(CHUNK, this.#count - number * CHUNK);
      yield this.#lengthened(number, wanted).subarray(0, wanted);
    }
  }

  /** A chunk with room for at least so many values. */
  #lengthened(number: number, length: number): Float64Array {
    const chunk = this.#chunks[number] ?? new Float64Array(number === 0 ? FIRST_CHUNK : CHUNK);
    return (this.#chunks[number] = grown(chunk, length, FACTOR));
  }
}

interface Encoding {
  readonly least: number;
  readonly width: number;
}

const AS_THEY_ARE: Encoding = { least: 0, width: WHOLE };
const FACTOR = 1.5;
const LIMIT_32 = 2 ** 32;

function write(bytes: Uint8Array, from: number, values: Float64Array, least: number, width: number): void {
  let at = from;
  for (let place = 0; place < values.length; place++) {
    const value = (values[place] as number) - least;
    // First the lower 32 bits, then the bits above them.
    for (let byte = 0, low = value >>> 0; byte < width && byte < 4; byte++, low >>>= 8) bytes[at++] = low;
    for (let byte = 4, high = Math.floor(value / LIMIT_32); byte < width; byte++, high >>>= 8) bytes[at++] = high;
  }
}
