import { uint32Column } from "./growing-column.ts";

const LIMIT = 2 ** 32;

/** One integer from 0 to 2^53 - 1 for each small integer key. Nearly all are below 2^32 and take 4 bytes; the others a map entry. */
export class SafeIntegerColumn {
  readonly #values = uint32Column();
  readonly #large = new Map<number, number>();

  get byteLength(): number {
    return this.#values.byteLength + this.#large.size * BYTES_PER_ENTRY;
  }

  get(key: number): number {
    return this.#large.size === 0 ? this.#values.get(key) : (this.#large.get(key) ?? this.#values.get(key));
  }

  /** Gives every value the key that `order` lists its present key at. */
  reorder(order: Uint32Array): void {
    this.#values.reorder(order);
    if (this.#large.size === 0) return;
    const large = new Map(this.#large);
    this.#large.clear();
    order.forEach((before, key) => {
      const value = large.get(before);
      if (value !== undefined) this.#large.set(key, value);
    });
  }

  set(key: number, value: number): void {
    if (value < LIMIT) {
      this.#values.set(key, value);
      if (this.#large.size > 0) this.#large.delete(key);
    } else this.#large.set(key, value);
  }
}

/** An entry of a `Map` from integers to heap numbers, as V8 lays it out, at an average load. */
const BYTES_PER_ENTRY = 60;
