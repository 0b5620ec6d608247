import { grown, release } from "../../base/grown.ts";
import { ByteWriter } from "./byte-writer.ts";
import { ColumnWriter, PackedColumn } from "./packed-column.ts";
import { VarintReader } from "./varint.ts";

const ENTRIES_A_STEP = 262_144;
const FACTOR = 1.5;

/**
 * For each rank, the ordinals of its terms in one index, ascending. This is the inverse of the
 * lists that give the ranks of each term.
 */
export class ForwardLists {
  readonly #ends: PackedColumn;
  readonly #bytes: Uint8Array;
  readonly #at: number;

  constructor(memory: ArrayBufferLike, ends: number, count: number, lists: number) {
    this.#ends = new PackedColumn(memory, ends, count);
    this.#bytes = new Uint8Array(memory);
    this.#at = lists;
  }

  hasAny(rank: number): boolean {
    return this.#ends.get(rank) > (rank === 0 ? 0 : this.#ends.get(rank - 1));
  }

  ordinalsAt(rank: number): number[] {
    const start = rank === 0 ? 0 : this.#ends.get(rank - 1);
    const end = this.#at + this.#ends.get(rank);
    const ordinals: number[] = [];
    reader.moveTo(this.#bytes, this.#at + start);
    for (let ordinal = 0; reader.at < end;) {
      ordinal += reader.next();
      ordinals.push(ordinal);
    }
    return ordinals;
  }
}

/** Collects the ranks of each term, in the order of the terms, and inverts these lists. */
export class ForwardListsWriter {
  #ranks = new Uint32Array(64);
  #ordinals = new Uint32Array(64);
  #length = 0;

  add(ordinal: number, ranks: ArrayLike<number>): void {
    this.#ranks = grown(this.#ranks, this.#length + ranks.length, FACTOR);
    this.#ordinals = grown(this.#ordinals, this.#length + ranks.length, FACTOR);
    for (let at = 0; at < ranks.length; at++) {
      this.#ranks[this.#length] = ranks[at] as number;
      this.#ordinals[this.#length++] = ordinal;
    }
  }

  /** Each step takes a few milliseconds at most. The writer cannot be used afterwards. */
  *pack(count: number): Generator<void, { readonly ends: Uint8Array; readonly lists: readonly Uint8Array[] }, undefined> {
    const next = new Uint32Array(count + 1);
    for (let at = 0; at < this.#length; at++) {
      const after = (this.#ranks[at] as number) + 1;
      next[after] = (next[after] as number) + 1;
    }
    for (let rank = 1; rank <= count; rank++) next[rank] = (next[rank] as number) + (next[rank - 1] as number);
    const sorted = new Uint32Array(this.#length);
    for (let at = 0; at < this.#length; at++) {
      const rank = this.#ranks[at] as number;
      const place = next[rank] as number;
      sorted[place] = this.#ordinals[at] as number;
      next[rank] = place + 1;
      if (at % ENTRIES_A_STEP === ENTRIES_A_STEP - 1) yield;
    }
    release(this.#ranks);
    release(this.#ordinals);
    const ends = new ColumnWriter();
    const lists = new ByteWriter();
    for (let rank = 0, at = 0; rank < count; rank++) {
      // By now, `next[rank]` is the end of the rank's list.
      for (let before = 0; at < (next[rank] as number); at++) {
        lists.varint((sorted[at] as number) - before);
        before = sorted[at] as number;
      }
      ends.push(lists.length);
      if (rank % ENTRIES_A_STEP === ENTRIES_A_STEP - 1) yield;
    }
    release(sorted);
    return { ends: yield* ends.pack(), lists: lists.parts };
  }
}

/** Shared by all calls. No call keeps it after it returns. */
const reader = new VarintReader();
