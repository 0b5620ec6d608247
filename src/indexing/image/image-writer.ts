import { assert } from "../../base/assert.ts";
import { release } from "../../base/grown.ts";
import { INDEX_NAMES, type IndexName } from "../../record/terms.ts";
import { setBit } from "../layers/ranks.ts";
import { ByteWriter } from "./byte-writer.ts";
import { ForwardListsWriter } from "./forward-lists.ts";
import { ALIGNMENT, FIRST_SEGMENT, type SegmentName, SEGMENTS, writeHead } from "./image-format.ts";
import { Image } from "./image.ts";
import { ColumnWriter } from "./packed-column.ts";
import { SortedTextsWriter } from "./sorted-texts.ts";

/**
 * The ranks of a term are stored as bits if at least one in 32 ranks has the term. Fewer than 64
 * ranks are never stored as bits: it does not pay.
 */
const BITS_SHARE = 32;
const LEAST_BITS = 64;
/** This many bytes are copied into new memory in about a millisecond. */
const BYTES_A_STEP = 1 << 20;

/**
 * Writes an image: first every record, in the order of the paths, then every term of each index, in
 * the order of the terms.
 */
export class ImageWriter {
  readonly #paths = new SortedTextsWriter();
  readonly #revisions = new ColumnWriter();
  readonly #sizes = new ColumnWriter();
  readonly #modified = new ColumnWriter();
  readonly #languages = new ColumnWriter();
  readonly #indexes = Object.fromEntries(INDEX_NAMES.map((name) => [name, new TermsWriter()])) as Record<IndexName, TermsWriter>;

  readonly #forward = new ForwardListsWriter();
  /** The indexes whose terms are all there. */
  readonly #packed = new Map<IndexName, PackedTerms>();

  get count(): number {
    return this.#paths.count;
  }

  /** Returns the record's rank. */
  addRecord(path: Uint8Array, length: number, revision: number, size: number, modifiedAt: number): number {
    this.#paths.add(path, length);
    this.#revisions.push(revision);
    this.#sizes.push(size);
    this.#modified.push(modifiedAt);
    return this.count - 1;
  }

  /** Preconditions: `ranks` are ascending, and there is at least one. */
  addTerm(index: IndexName, text: Uint8Array, length: number, ranks: ArrayLike<number>): void {
    const terms = this.#indexes[index];
    if (index === "language") for (let at = 0; at < ranks.length; at++) this.#languages.set(ranks[at] as number, terms.count);
    if (index === "referenceDoc") this.#forward.add(terms.count, ranks);
    terms.add(text, length, ranks, this.count);
  }

  /** Call it after the last term of each index: then its terms take less memory from here on. */
  *endTerms(index: IndexName): Generator<void, void, undefined> {
    this.#packed.set(index, yield* this.#indexes[index].pack());
  }

  /** Each step takes about a millisecond. The writer cannot be used afterwards. */
  *finish(): Generator<void, Image, undefined> {
    const segments: Partial<Record<SegmentName, readonly Uint8Array[]>> = { paths: this.#paths.pack() };
    const columns = { revisions: this.#revisions, sizes: this.#sizes, modified: this.#modified, languages: this.#languages } as const;
    for (const [name, column] of Object.entries(columns)) segments[name as keyof typeof columns] = [yield* column.pack()];
    for (const name of INDEX_NAMES) {
      const packed = this.#packed.get(name);
      assert(packed !== undefined, "the terms of every index were ended");
      segments[`${name}.texts`] = packed.texts;
      segments[`${name}.places`] = [packed.places];
      segments[`${name}.lists`] = packed.lists;
    }
    const forward = yield* this.#forward.pack(this.count);
    segments["forward.ends"] = [forward.ends];
    segments["forward.lists"] = forward.lists;
    return Image.of(yield* assembled(this.count, segments as Record<SegmentName, readonly Uint8Array[]>));
  }
}

interface PackedTerms {
  readonly texts: readonly Uint8Array[];
  readonly places: Uint8Array;
  readonly lists: readonly Uint8Array[];
}

class TermsWriter {
  readonly #texts = new SortedTextsWriter();
  readonly #places = new ColumnWriter();
  readonly #lists = new ByteWriter();

  get count(): number {
    return this.#texts.count;
  }

  add(text: Uint8Array, length: number, ranks: ArrayLike<number>, records: number): void {
    assert(ranks.length > 0, "every term has at least one record");
    this.#texts.add(text, length);
    if (ranks.length === 1) this.#places.push(2 * (ranks[0] as number) + 1);
    else if (ranks.length >= LEAST_BITS && ranks.length * BITS_SHARE >= records) this.#addBits(ranks, records);
    else this.#addGaps(ranks);
  }

  *pack(): Generator<void, PackedTerms, undefined> {
    return { texts: this.#texts.pack(), places: yield* this.#places.pack(), lists: this.#lists.parts };
  }

  #addGaps(ranks: ArrayLike<number>): void {
    this.#places.push(2 * this.#lists.length);
    this.#lists.varint(2 * ranks.length);
    let before = 0;
    for (let at = 0; at < ranks.length; at++) {
      const rank = ranks[at] as number;
      this.#lists.varint(rank - before);
      before = rank;
    }
  }

  #addBits(ranks: ArrayLike<number>, records: number): void {
    const words = new Uint32Array(Math.ceil(records / 32));
    for (let at = 0; at < ranks.length; at++) setBit(words, ranks[at] as number);
    this.#places.push(2 * this.#lists.length);
    this.#lists.varint(2 * ranks.length + 1);
    this.#lists.varint(words.length);
    this.#lists.align(4);
    this.#lists.copy(new Uint8Array(words.buffer), 0, words.byteLength);
  }
}

/**
 * Puts the segments of an image together. Gives the memory of each part back as soon as it is
 * copied, or an image would be in memory twice. Parts in shared memory stay as they are.
 */
export function* assembled(
  count: number,
  segments: Readonly<Record<SegmentName, readonly Uint8Array[]>>,
): Generator<void, SharedArrayBuffer, undefined> {
  const starts = {} as Record<SegmentName, number>;
  let end = FIRST_SEGMENT;
  for (const name of SEGMENTS) {
    starts[name] = end;
    end = aligned(end + segments[name].reduce((sum, { length }) => sum + length, 0));
  }
  const memory = new SharedArrayBuffer(end);
  const bytes = new Uint8Array(memory);
  for (const name of SEGMENTS) {
    let at = starts[name];
    for (const part of segments[name]) {
      for (let from = 0; from < part.length; from += BYTES_A_STEP) {
        bytes.set(part.subarray(from, from + BYTES_A_STEP), at + from);
        yield;
      }
      at += part.length;
      release(part);
    }
  }
  writeHead(memory, { count, starts });
  return memory;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
