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

/** Collects the values of a column. */
export class ColumnWriter {
  #values = new Float64Array(64);
  #count = 0;

  push(value: number): void {
    this.set(this.#count, value);
  }

  /** Places that are never set are 0. */
  set(place: number, value: number): void {
    this.#values = grown(this.#values, place + 1, FACTOR);
    this.#values[place] = value;
    if (place >= this.#count) this.#count = place + 1;
  }

  /** Returns the column's bytes. The writer is empty afterwards. */
  pack(): Uint8Array {
    const packed = packedOf(this.#values.subarray(0, this.#count));
    release(this.#values);
    [this.#values, this.#count] = [new Float64Array(64), 0];
    return packed;
  }
}

const FACTOR = 1.5;
const LIMIT_32 = 2 ** 32;

function packedOf(values: Float64Array): Uint8Array {
  const count = values.length;
  const { least, width } = encodingOf(values);
  const bytes = new Uint8Array(HEAD + count * width);
  new Float64Array(bytes.buffer, 0, 1)[0] = least;
  new Uint32Array(bytes.buffer, 8, 1)[0] = width;
  if (width === WHOLE) {
    new Float64Array(bytes.buffer, HEAD).set(values);
    return bytes;
  }
  for (let place = 0, at = HEAD; place < count; place++) {
    const value = (values[place] as number) - least;
    // First the lower 32 bits, then the bits above them.
    for (let byte = 0, low = value >>> 0; byte < width && byte < 4; byte++, low >>>= 8) bytes[at++] = low;
    for (let byte = 4, high = Math.floor(value / LIMIT_32); byte < width; byte++, high >>>= 8) bytes[at++] = high;
  }
  return bytes;
}

function encodingOf(values: Float64Array): { readonly least: number; readonly width: number } {
  const [first = 0] = values;
  let least = first;
  let greatest = first;
  for (let place = 0; place < values.length; place++) {
    const value = values[place] as number;
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { least: 0, width: WHOLE };
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  for (let width = 0; width <= MAX_WIDTH; width++) if (greatest - least < 256 ** width) return { least, width };
  return { least: 0, width: WHOLE };
}
