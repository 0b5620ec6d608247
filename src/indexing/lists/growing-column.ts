import { grown } from "../../base/grown.ts";

/** One number for each small integer key, in a typed array that grows if it is too short. */
export class GrowingColumn<A extends Uint16Array | Uint32Array | Float64Array> {
  #values: A;
  readonly #create: (length: number) => A;

  constructor(create: (length: number) => A) {
    this.#create = create;
    this.#values = create(16);
  }

  get byteLength(): number {
    return this.#values.byteLength;
  }

  /** 0 where nothing was set. */
  get(key: number): number {
    return this.#values[key] ?? 0;
  }

  /** Gives every value the key that `order` lists its present key at. */
  reorder(order: Uint32Array): void {
    const values = this.#create(order.length);
    for (let key = 0; key < order.length; key++) values[key] = this.#values[order[key] ?? 0] ?? 0;
    this.#values = values;
  }

  set(key: number, value: number): void {
    if (key >= this.#values.length) this.#values = grown(this.#values, key + 1);
    this.#values[key] = value;
  }
}

export function uint16Column(): GrowingColumn<Uint16Array> {
  return new GrowingColumn((length) => new Uint16Array(length));
}

export function uint32Column(): GrowingColumn<Uint32Array> {
  return new GrowingColumn((length) => new Uint32Array(length));
}

export function float64Column(): GrowingColumn<Float64Array> {
  return new GrowingColumn((length) => new Float64Array(length));
}
