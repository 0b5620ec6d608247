import { VarintReader } from "../image/varint.ts";

/**
 * A set of a layer's ranks, ascending: a list of ranks, or one bit for each rank of the layer if
 * many ranks are members. The loops of the engine read `list`, `words` and `at` directly.
 */
export class Ranks {
  readonly count: number;
  /** The bits of rank 0 and the next 31 are the word at `at`. */
  readonly words: Uint32Array;
  readonly at: number;
  /** The number of words. */
  readonly length: number;
  #list: ArrayLike<number> | undefined;
  /** The packed gaps of a list that nobody has read yet. */
  #gaps: Uint8Array | undefined;
  readonly #gapsAt: number;

  private constructor(
    count: number,
    words: Uint32Array,
    at: number,
    length: number,
    list?: ArrayLike<number>,
    gaps?: Uint8Array,
    gapsAt = 0,
  ) {
    this.count = count;
    this.words = words;
    this.at = at;
    this.length = length;
    this.#list = list;
    this.#gaps = gaps;
    this.#gapsAt = gapsAt;
  }

  static ofList(list: ArrayLike<number>): Ranks {
    return new Ranks(list.length, NO_WORDS, 0, 0, list);
  }

  /**
   * Creates a list from its first rank and the gaps to each next rank, as varints from `at` on.
   * Reading `count` alone does not unpack the list.
   */
  static ofGaps(count: number, gaps: Uint8Array, at: number): Ranks {
    return new Ranks(count, NO_WORDS, 0, 0, undefined, gaps, at);
  }

  static ofBits(count: number, words: Uint32Array, at: number, length: number): Ranks {
    return new Ranks(count, words, at, length);
  }

  get isBits(): boolean {
    return this.length > 0;
  }

  /** `undefined` if the ranks are stored as bits. */
  get list(): ArrayLike<number> | undefined {
    if (this.#gaps !== undefined) {
      this.#list = unpacked(this.count, this.#gaps, this.#gapsAt);
      this.#gaps = undefined;
    }
    return this.#list;
  }

  /** The union of several sets. `ranks` is the number of ranks of the layer. */
  static union(sets: readonly Ranks[], ranks: number): Ranks {
    const [only] = sets;
    if (only !== undefined && sets.length === 1) return only;
    const total = sets.reduce((sum, { count }) => sum + count, 0);
    return total <= FEW && sets.every(({ isBits }) => !isBits) ? unionOfLists(sets) : unionOfBits(sets, ranks);
  }

  has(rank: number): boolean {
    const { list } = this;
    return list === undefined ? hasBit(this.words, rank, this.at) : list[placeIn(list, rank)] === rank;
  }

  /**
   * The members among the ranks of an ascending list, from the place `start` up to `stop`. Takes
   * half of the time of a call of `has` for each.
   */
  among(list: ArrayLike<number>, start: number, stop: number): number[] {
    const { list: own, words, at } = this;
    const found: number[] = [];
    for (let place = start; place < stop; place++) {
      const rank = list[place] as number;
      const isMember =
        own === undefined ? ((words[at + (rank >>> 5)] as number) & (1 << (rank & 31))) !== 0 : own[placeIn(own, rank)] === rank;
      if (isMember) found.push(rank);
    }
    return found;
  }

  forEach(visit: (rank: number) => void): void {
    const { list, words, at, length } = this;
    if (list !== undefined) {
      for (let place = 0; place < list.length; place++) visit(list[place] as number);
      return;
    }
    for (let index = 0; index < length; index++) {
      for (let word = words[at + index] ?? 0; word !== 0; word &= word - 1) visit(index * 32 + (31 - Math.clz32(word & -word)));
    }
  }
}

/**
 * The number of ranks that are in all sets and not in `masked`. Precondition: each set is stored as
 * bits. Cost: O(the layer's ranks), 32 ranks at a time.
 */
export function countCommonBits(sets: readonly Ranks[], masked: Uint32Array | undefined): number {
  const [first, ...others] = sets;
  if (first === undefined) return 0;
  let count = 0;
  for (let index = 0; index < first.length; index++) {
    let word = first.words[first.at + index] ?? 0;
    for (const { words, at } of others) word &= words[at + index] ?? 0;
    if (masked !== undefined) word &= ~(masked[index] ?? 0);
    if (word !== 0) count += bitCount(word);
  }
  return count;
}

/**
 * Returns true if the bit of a rank is set. The bit of rank 0 is the first bit of the word at `at`.
 */
export function hasBit(words: Uint32Array, rank: number, at = 0): boolean {
  return ((words[at + (rank >>> 5)] ?? 0) & (1 << (rank & 31))) !== 0;
}

export function setBit(words: Uint32Array, rank: number): void {
  words[rank >>> 5] = (words[rank >>> 5] as number) | (1 << (rank & 31));
}

/**
 * How many items of an ascending list are less than `rank`. Written by hand because `lowerBound`
 * calls a function for each comparison.
 */
export function placeIn(list: ArrayLike<number>, rank: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as number) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of bits that are 1, of 32 bits (Hacker's Delight, 5-1). */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function unpacked(count: number, bytes: Uint8Array, from: number): number[] {
  const list: number[] = [];
  list.length = count;
  let rank = 0;
  reader.moveTo(bytes, from);
  for (let place = 0; place < count; place++) {
    rank += reader.next();
    list[place] = rank;
  }
  return list;
}

/** Shared by all calls. No call keeps it after it returns. */
const reader = new VarintReader();
const NO_WORDS = new Uint32Array(0);
/** Sorting up to this many ranks is faster than a union of bits. */
const FEW = 256;

function unionOfLists(sets: readonly Ranks[]): Ranks {
  const all: number[] = [];
  for (const set of sets) set.forEach((rank) => all.push(rank));
  all.sort((a, b) => a - b);
  return Ranks.ofList(all.filter((rank, place) => place === 0 || rank !== all[place - 1]));
}

function unionOfBits(sets: readonly Ranks[], ranks: number): Ranks {
  const words = new Uint32Array(Math.ceil(ranks / 32));
  for (const { list, words: own, at, length } of sets) {
    if (list === undefined)
      for (let index = 0; index < length; index++) words[index] = (words[index] as number) | (own[at + index] as number);
    else {
      for (let place = 0; place < list.length; place++) {
        setBit(words, list[place] as number);
      }
    }
  }
  let count = 0;
  for (const word of words) count += bitCount(word);
  return Ranks.ofBits(count, words, 0, words.length);
}
