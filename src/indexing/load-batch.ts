import { assert } from "../base/assert.ts";
import { grown, release } from "../base/grown.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { INDEX_NAMES, type IndexName, type RecordTerms } from "../record/terms.ts";
import type { Image } from "./image/image.ts";
import { ImageWriter } from "./image/image-writer.ts";
import { encodeUnits, MAX_BYTES_PER_UNIT } from "./image/unit-bytes.ts";
import type { IndexedFields } from "./layers/recent-records.ts";
import { sortTexts } from "./layers/sort-texts.ts";

/** One step, of about a millisecond, is this many records, terms, or ranks of terms. */
const RECORDS_A_STEP = 2_048;
const TERMS_A_STEP = 2_048;
const RANKS_A_STEP = 32_768;
const ENTRIES_A_STEP = 524_288;

/**
 * A batch of records in any order, each once, that becomes an image. Each term gets a number when
 * it comes for the first time. The terms of each record are noted as numbers, and sorted at the end
 * (counting sort), so no list is moved while it grows.
 */
export class LoadBatch {
  readonly #paths: ProjectPath[] = [];
  #revisions = new Float64Array(1_024);
  #sizes = new Float64Array(1_024);
  #modified = new Float64Array(1_024);
  readonly #indexes = Object.fromEntries(INDEX_NAMES.map((name) => [name, new LoadedTerms()])) as Record<IndexName, LoadedTerms>;

  get size(): number {
    return this.#paths.length;
  }

  /** The number of different terms. */
  get terms(): number {
    return INDEX_NAMES.reduce((sum, index) => sum + this.#indexes[index].count, 0);
  }

  add({ path, size, modifiedAt }: IndexedFields, revision: number, terms: RecordTerms): void {
    const record = this.#paths.push(path) - 1;
    if (record >= this.#revisions.length) {
      this.#revisions = grown(this.#revisions, record + 1, FACTOR);
      this.#sizes = grown(this.#sizes, record + 1, FACTOR);
      this.#modified = grown(this.#modified, record + 1, FACTOR);
    }
    this.#revisions[record] = revision;
    this.#sizes[record] = size;
    this.#modified[record] = modifiedAt;
    for (const index of INDEX_NAMES) this.#indexes[index].add(record, terms[index]);
  }

  /**
   * Each step takes about a millisecond. Asserts that each path came once. The batch cannot be used
   * afterwards.
   */
  *pack(): Generator<void, Image, undefined> {
    const paths = this.#paths;
    const order = yield* sortTexts(paths);
    const writer = new ImageWriter();
    let bytes = new Uint8Array(256);
    for (let rank = 0; rank < order.length; rank++) {
      const record = order[rank] as number;
      const path = paths[record] as string;
      assert(rank === 0 || paths[order[rank - 1] as number] !== path, "a load brings each path once");
      bytes = grown(bytes, MAX_BYTES_PER_UNIT * path.length);
      const length = encodeUnits(path, bytes, 0);
      const [revision, size, modified] = [this.#revisions[record], this.#sizes[record], this.#modified[record]];
      writer.addRecord(bytes, length, revision as number, size as number, modified as number);
      if (rank % RECORDS_A_STEP === RECORDS_A_STEP - 1) yield;
    }
    for (const array of [this.#revisions, this.#sizes, this.#modified]) release(array);
    for (const index of INDEX_NAMES) {
      yield* this.#indexes[index].pack(index, order, writer);
      yield* writer.endTerms(index);
    }
    return yield* writer.finish();
  }
}

/** The terms of one index, and which records have them. */
class LoadedTerms {
  readonly #numbers = new Map<string, number>();
  /**
   * The term numbers of the first record, then those of the second, and so on; and for each record
   * where its numbers end.
   */
  #terms = new Uint32Array(4_096);
  #length = 0;
  #ends = new Uint32Array(1_024);

  get count(): number {
    return this.#numbers.size;
  }

  add(record: number, terms: readonly string[]): void {
    const numbers = this.#numbers;
    this.#terms = grown(this.#terms, this.#length + terms.length, FACTOR);
    for (const term of terms) {
      let number = numbers.get(term);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(term, number);
      }
      this.#terms[this.#length++] = number;
    }
    this.#ends = grown(this.#ends, record + 1, FACTOR);
    this.#ends[record] = this.#length;
  }

  /** `records` are all records, in the order of their paths. The terms are gone afterwards. */
  *pack(index: IndexName, records: Uint32Array, writer: ImageWriter): Generator<void, void, undefined> {
    const texts = [...this.#numbers.keys()];
    yield;
    const order = yield* sortTexts(texts);
    const { starts, ranks } = yield* this.#invert(texts.length, records);
    let bytes = new Uint8Array(256);
    let due = RANKS_A_STEP;
    for (let place = 0, done = 0; place < order.length; place++) {
      const number = order[place] as number;
      const text = texts[number] as string;
      bytes = grown(bytes, MAX_BYTES_PER_UNIT * text.length);
      const [start, end] = [starts[number] as number, starts[number + 1] as number];
      writer.addTerm(index, bytes, encodeUnits(text, bytes, 0), end - start === 1 ? [ranks[start] as number] : ranks.subarray(start, end));
      done += end - start;
      if (place % TERMS_A_STEP !== TERMS_A_STEP - 1 && done < due) continue;
      due = done + RANKS_A_STEP;
      yield;
    }
    for (const array of [starts, ranks]) release(array);
  }

  /** For each term, by its number, the ranks that have it, ascending. */
  *#invert(terms: number, records: Uint32Array): Generator<void, { readonly starts: Uint32Array; readonly ranks: Uint32Array }, undefined> {
    const next = new Uint32Array(terms + 1);
    for (let at = 0; at < this.#length; at++) {
      const after = (this.#terms[at] as number) + 1;
      next[after] = (next[after] as number) + 1;
      if (at % ENTRIES_A_STEP === ENTRIES_A_STEP - 1) yield;
    }
    for (let term = 1; term <= terms; term++) next[term] = (next[term] as number) + (next[term - 1] as number);
    const starts = next.slice();
    const ranks = new Uint32Array(this.#length);
    for (let rank = 0; rank < records.length; rank++) {
      const record = records[rank] as number;
      const end = this.#ends[record] as number;
      for (let at = record === 0 ? 0 : (this.#ends[record - 1] as number); at < end; at++) {
        const term = this.#terms[at] as number;
        const place = next[term] as number;
        ranks[place] = rank;
        next[term] = place + 1;
      }
      if (rank % RECORDS_A_STEP === RECORDS_A_STEP - 1) yield;
    }
    for (const array of [next, this.#terms, this.#ends]) release(array);
    return { starts, ranks };
  }
}

const FACTOR = 1.5;
