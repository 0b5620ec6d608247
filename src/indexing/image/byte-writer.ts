import { varintLength, writeVarint } from "./varint.ts";

/**
 * The first part is small, because most images are. Each next part is twice as long, up to 1 MB.
 */
const FIRST_PART = 256;
const LONGEST_PART = 1 << 20;

/**
 * Writes bytes one after the other, into parts that are never moved: to copy the bytes of a large
 * index to a longer array takes tens of milliseconds, and twice the memory.
 */
export class ByteWriter {
  readonly #full: Uint8Array[] = [];
  #bytes = new Uint8Array(FIRST_PART);
  #used = 0;
  /** The number of bytes in the full parts. */
  #before = 0;

  get length(): number {
    return this.#before + this.#used;
  }

  /** All bytes written so far. Write nothing afterwards. */
  get parts(): readonly Uint8Array[] {
    return [...this.#full, this.#bytes.subarray(0, this.#used)];
  }

  varint(value: number): void {
    this.#reserve(varintLength(value));
    this.#used = writeVarint(this.#bytes, this.#used, value);
  }

  /** Appends the bytes of `bytes` from `from` to `to`. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    const written = this.#bytes;
    let used = this.#used;
    // Most texts are short: calling `set` with a view costs more than this loop.
    for (let at = from; at < to; at++) written[used++] = bytes[at] as number;
    this.#used = used;
  }

  /** Appends zeros up to the next multiple of `multiple`. */
  align(multiple: number): void {
    const zeros = (multiple - (this.length % multiple)) % multiple;
    this.#reserve(zeros);
    this.#used += zeros;
  }

  #reserve(count: number): void {
    if (this.#used + count <= this.#bytes.length) return;
    this.#full.push(this.#bytes.subarray(0, this.#used));
    this.#before += this.#used;
    this.#bytes = new Uint8Array(Math.max(count, Math.min(2 * this.#bytes.length, LONGEST_PART)));
    this.#used = 0;
  }
}
