import { grown } from "../../base/grown.ts";
import { varintLength, writeVarint } from "./varint.ts";

/** It is copied to its exact length in the end: until then it may be too long, so that it is seldom copied. */
const FACTOR = 1.5;

/** Bytes one after the other, for as long as it takes. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written; valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  varint(value: number): void {
    this.#reserve(varintLength(value));
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  /** Those of `bytes` from `from` to `to`. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    // Most texts are short: a call of `set` with a view costs more than the loop.
    for (let at = from; at < to; at++) this.#bytes[this.#length++] = bytes[at] as number;
  }

  /** Zeros up to the next multiple of `multiple`. */
  align(multiple: number): void {
    const zeros = (multiple - (this.#length % multiple)) % multiple;
    this.#reserve(zeros);
    this.#length += zeros;
  }

  #reserve(count: number): void {
    if (this.#length + count > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#length + count, FACTOR);
  }
}
