import { assert } from "../base/assert.ts";

/** The longest list that a block holds. */
export const MAX_BLOCK = 32_768;

const SLAB_BITS = 16;
const SLAB_SIZE = 1 << SLAB_BITS;
const SLAB_MASK = SLAB_SIZE - 1;

/**
 * Many short lists of 32-bit integers in few large typed arrays. A JavaScript array for each of the hundred
 * thousand posting lists of a project would cost more in headers than in content.
 *
 * A block's capacity follows from its length alone (`capacityFor`: 2, 3, 4, 6, 8, 12, …: at most a third is
 * unused), so that a list is an address and a length, and neither its capacity nor a header has to be stored.
 * Freed blocks are kept by capacity and used again first.
 */
export class IdArena {
  readonly #slabs: Uint32Array[] = [];
  readonly #free = new Map<number, number[]>();
  #next = SLAB_SIZE;

  /** The address of an uninitialised block for `length` integers, 1 to `MAX_BLOCK`. */
  allocate(length: number): number {
    const capacity = capacityFor(length);
    const reused = this.#free.get(capacity)?.pop();
    if (reused !== undefined) return reused;
    if (this.#next + capacity > SLAB_SIZE) {
      this.#slabs.push(new Uint32Array(SLAB_SIZE));
      this.#next = 0;
    }
    const address = (this.#slabs.length - 1) * SLAB_SIZE + this.#next;
    this.#next += capacity;
    return address;
  }

  /** Gives back the block of a list of `length`; the address must not be used afterwards. */
  release(address: number, length: number): void {
    const capacity = capacityFor(length);
    const blocks = this.#free.get(capacity);
    if (blocks === undefined) this.#free.set(capacity, [address]);
    else blocks.push(address);
  }

  /** The slab that holds `address`: read the list at `offsetOf(address)`, within its length. */
  slabOf(address: number): Uint32Array {
    const slab = this.#slabs[address >>> SLAB_BITS];
    assert(slab !== undefined, `no slab at address ${address}`);
    return slab;
  }

  /** Moves a list whose length changes from `from` to `to`; returns where it stands now. Content up to the shorter length is kept. */
  resize(address: number, from: number, to: number): number {
    if (capacityFor(from) === capacityFor(to)) return address;
    const moved = this.allocate(to);
    const source = this.slabOf(address);
    const start = offsetOf(address);
    this.slabOf(moved).set(source.subarray(start, start + Math.min(from, to)), offsetOf(moved));
    this.release(address, from);
    return moved;
  }

  get byteLength(): number {
    return this.#slabs.length * SLAB_SIZE * Uint32Array.BYTES_PER_ELEMENT;
  }
}

export function offsetOf(address: number): number {
  return address & SLAB_MASK;
}

/** The least of 2, 3, 4, 6, 8, 12, 16, … that is at least `length`. */
function capacityFor(length: number): number {
  assert(length >= 1 && length <= MAX_BLOCK, `a list of ${length} does not fit a block`);
  if (length <= 2) return 2;
  const power = 1 << (31 - Math.clz32(length - 1));
  return length <= power + (power >> 1) ? power + (power >> 1) : power << 1;
}
