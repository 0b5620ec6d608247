import { grown } from "../../base/grown.ts";
import { varintLength, writeVarint } from "./varint.ts";

/**
 * The array grows by this factor, so that it is seldom copied. The final copy has the exact length.
 */
const FACTOR = 1.5;

/** Writes bytes one after the other. Grows as needed. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The bytes written so far. Valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  varint(value: number): void {
    this.#reserve(varintLength(value));
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  /** Appends the bytes of `bytes` from `from` to `to`. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    // Most texts are short: calling `set` with a view costs more than this loop.
    for (let at = from; at < to; at++) this.#bytes[this.#length++] = bytes[at] as number;
  }

  /** Appends zeros up to the next multiple of `multiple`. */
  align(multiple: number): void {
    const zeros = (multiple - (this.#length % multiple)) % multiple;
    this.#reserve(zeros);
    this.#length += zeros;
  }

  #reserve(count: number): void {
    if (this.#length + count > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#length + count, FACTOR);
  }
}
