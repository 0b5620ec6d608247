import { assert } from "../../base/assert.ts";

const SLAB_BITS = 16;
const SLAB_SIZE = 1 << SLAB_BITS;
const SLAB_MASK = SLAB_SIZE - 1;
/** A longer block has a slab of its own, of its own size. */
const MAX_SHARED = SLAB_SIZE / 4;
/** Ends a list of free blocks: no block of a shared slab has this address. */
const NONE = 0xffff_ffff;

/**
 * Many short byte strings in few large typed arrays. A JavaScript object for each of a project's hundred thousand
 * lists and names would cost more in headers than in content.
 *
 * A block's capacity follows from its length alone (`capacityFor`), so that neither has to be stored for the other:
 * whoever keeps an address knows the length, or finds it in the block. Free blocks are kept by capacity, each holding
 * the address of the next one, and are used again first.
 */
export class ByteArena {
  readonly #slabs: Uint8Array[] = [];
  /** For each size class the first free block, NONE where there is none. */
  readonly #free = new Uint32Array(SIZE_CLASSES).fill(NONE);
  readonly #freeSlabs: number[] = [];
  #shared = 0;
  #next = SLAB_SIZE;
  #byteLength = 0;
  #used = 0;

  get byteLength(): number {
    return this.#byteLength;
  }

  /** How many of these bytes are in blocks that are not free. */
  get usedBytes(): number {
    return this.#used;
  }

  /** The address of an uninitialised block for `length` bytes, 1 or more. */
  allocate(length: number): number {
    if (length > MAX_SHARED) {
      this.#used += length;
      return (this.#addSlab(length) << SLAB_BITS) >>> 0;
    }
    const size = sizeClassFor(length);
    this.#used += capacityOf(size);
    const free = this.#takeFree(size);
    if (free !== NONE) return free;
    const capacity = capacityOf(size);
    if (this.#next + capacity > SLAB_SIZE) {
      this.#giveBack(((this.#shared << SLAB_BITS) | this.#next) >>> 0, SLAB_SIZE - this.#next);
      this.#shared = this.#addSlab(SLAB_SIZE);
      this.#next = 0;
    }
    const address = ((this.#shared << SLAB_BITS) | this.#next) >>> 0;
    this.#next += capacity;
    return address;
  }

  /** Gives back the block that was allocated for `length`; the address must not be used afterwards. */
  release(address: number, length: number): void {
    if (length > MAX_SHARED) {
      this.#used -= length;
      this.#byteLength -= this.slabOf(address).length;
      this.#slabs[address >>> SLAB_BITS] = NO_BYTES;
      this.#freeSlabs.push(address >>> SLAB_BITS);
      return;
    }
    const size = sizeClassFor(length);
    this.#used -= capacityOf(size);
    this.#push(address, size);
  }

  /** Moves a block whose length changes from `from` to `to`, if it must move; content up to the shorter length is kept. */
  resize(address: number, from: number, to: number): number {
    if (from <= MAX_SHARED && to <= MAX_SHARED && sizeClassFor(from) === sizeClassFor(to)) return address;
    const moved = this.allocate(to);
    const start = offsetOf(address);
    const kept = this.slabOf(address).subarray(start, start + Math.min(from, to));
    this.slabOf(moved).set(kept, offsetOf(moved));
    this.release(address, from);
    return moved;
  }

  /** The slab that holds `address`: the block begins at `offsetOf(address)`. */
  slabOf(address: number): Uint8Array {
    const slab = this.#slabs[address >>> SLAB_BITS];
    assert(slab !== undefined, "an address names a slab");
    return slab;
  }

  /** A free block of the class, or the front of the next larger one that is free; the rest of that stays free. */
  #takeFree(size: number): number {
    for (let larger = size; larger < SIZE_CLASSES; larger++) {
      const address = this.#free[larger] ?? NONE;
      if (address === NONE || capacityOf(larger) - capacityOf(size) === 2) continue;
      this.#free[larger] = readAddress(this.slabOf(address), offsetOf(address));
      this.#giveBack(address + capacityOf(size), capacityOf(larger) - capacityOf(size));
      return address;
    }
    return NONE;
  }

  /** Frees a part of a slab as blocks as large as can be. */
  #giveBack(address: number, length: number): void {
    for (let at = address, left = length; left > 0;) {
      let size = Math.min(sizeClassFor(left), SIZE_CLASSES - 1);
      // Two bytes are too few for a block: what is left over is none, or a block again.
      while (capacityOf(size) > left || left - capacityOf(size) === 2) size--;
      this.#push(at, size);
      at += capacityOf(size);
      left -= capacityOf(size);
    }
  }

  #push(address: number, size: number): void {
    writeAddress(this.slabOf(address), offsetOf(address), this.#free[size] ?? NONE);
    this.#free[size] = address;
  }

  #addSlab(size: number): number {
    const number = this.#freeSlabs.pop() ?? this.#slabs.length;
    assert(number < 1 << (32 - SLAB_BITS), "the index of one project has outgrown 4 GB");
    this.#slabs[number] = new Uint8Array(size);
    this.#byteLength += size;
    return number;
  }
}

export function offsetOf(address: number): number {
  return address & SLAB_MASK;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Capacities are the even numbers from 4 to 32, then eight steps in each doubling: at most an eighth of a longer block
 * is unused. They are numbered from 0 up.
 */
function sizeClassFor(length: number): number {
  if (length <= 4) return 0;
  if (length <= 32) return (length - 3) >>> 1;
  const doubling = 31 - Math.clz32(length - 1);
  return (doubling - 5) * 8 + ((length - 1) >>> (doubling - 3)) + 7;
}

function capacityOf(size: number): number {
  if (size < 15) return 4 + size * 2;
  return (9 + ((size - 15) & 7)) << (((size - 15) >>> 3) + 2);
}

const SIZE_CLASSES = sizeClassFor(MAX_SHARED) + 1;

function readAddress(slab: Uint8Array, at: number): number {
  return ((slab[at] ?? 0) | ((slab[at + 1] ?? 0) << 8) | ((slab[at + 2] ?? 0) << 16) | ((slab[at + 3] ?? 0) << 24)) >>> 0;
}

function writeAddress(slab: Uint8Array, at: number, address: number): void {
  for (let byte = 0; byte < 4; byte++) slab[at + byte] = address >>> (8 * byte);
}
