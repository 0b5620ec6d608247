import { assert } from "../../base/assert.ts";
import { successorOf } from "../../base/text/text-order.ts";
import type { IndexName, Term } from "../../record/terms.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { Image } from "../image/image.ts";
import { TextCursor } from "../image/sorted-texts.ts";
import type { LastingLayer, TermRanks, Texts, TermsWithRanks } from "./layer.ts";
import { placeOf, recordId, type RecordId } from "../record-id.ts";
import { bitCount, countCommonBits, hasBit, type Ranks, setBit } from "./ranks.ts";

/** An image as a layer of an index: the image, and which of its ranks are masked. */
export class ImageLayer implements LastingLayer {
  readonly image: Image;
  readonly number: number;
  #masked: Uint32Array | undefined;
  #maskedCount = 0;
  /** The counts since the last rank was masked. The key is the address of the bits in the image. */
  readonly #counts = new Map<number, number>();

  constructor(image: Image, number: number) {
    this.image = image;
    this.number = number;
  }

  get ranks(): number {
    return this.image.count;
  }

  get size(): number {
    return this.image.count - this.#maskedCount;
  }

  get masked(): Uint32Array | undefined {
    return this.#masked;
  }

  /** Precondition, asserted: the rank is not masked. */
  mask(rank: number): void {
    assert(rank < this.ranks && !this.isMasked(rank), "a rank is masked once");
    this.#masked ??= new Uint32Array(Math.ceil(this.ranks / 32));
    setBit(this.#masked, rank);
    this.#maskedCount++;
    // Clearing an empty map costs more than the rest of this method.
    if (this.#counts.size > 0) this.#counts.clear();
  }

  remove(path: string): boolean {
    const rank = this.find(path);
    if (rank < 0) return false;
    this.mask(rank);
    return true;
  }

  /** Masks exactly the ranks of `masked`. Precondition: these include all that are masked now. */
  maskAll(masked: Uint32Array | undefined): void {
    if (masked === undefined) return;
    this.#masked = masked.slice();
    this.#maskedCount = masked.reduce((sum, word) => sum + bitCount(word), 0);
    this.#counts.clear();
  }

  isMasked(rank: number): boolean {
    return this.#masked !== undefined && hasBit(this.#masked, rank);
  }

  idAt(rank: number): RecordId {
    return recordId(this.number, rank);
  }

  rankOf(id: RecordId): number {
    return placeOf(id);
  }

  pathAt(rank: number): ProjectPath {
    assert(rank < this.ranks, "every rank has a record");
    return this.image.paths.at(rank) as ProjectPath;
  }

  pathsBetween(from: number, to: number): readonly string[] {
    return this.image.paths.slice(from, to);
  }

  pathBlock(block: number): readonly string[] {
    return this.image.pathBlock(block);
  }

  lowerBound(path: string): number {
    return this.image.paths.lowerBound(path);
  }

  find(path: string): number {
    const rank = this.image.paths.find(path);
    return rank >= 0 && this.isMasked(rank) ? -1 : rank;
  }

  revisionAt(rank: number): number {
    return this.image.revisions.get(rank);
  }

  sizeAt(rank: number): number {
    return this.image.sizes.get(rank);
  }

  modifiedAtAt(rank: number): number {
    return this.image.modified.get(rank);
  }

  languageAt(rank: number): Term {
    return this.image.languageAt(rank);
  }

  withTerm(index: IndexName, term: string): Ranks | undefined {
    const ordinal = this.image.terms(index).find(term);
    return ordinal < 0 ? undefined : this.image.ranksOf(index, ordinal);
  }

  withPrefix(index: IndexName, prefix: string): Ranks[] {
    const texts = this.image.terms(index);
    const after = successorOf(prefix);
    const end = after === undefined ? texts.count : texts.lowerBound(after);
    const found: Ranks[] = [];
    for (let ordinal = texts.lowerBound(prefix); ordinal < end; ordinal++) found.push(this.image.ranksOf(index, ordinal));
    return found;
  }

  termsWithPrefix(index: IndexName, prefix: string): TermRanks[] {
    const texts = this.image.terms(index);
    const found: TermRanks[] = [];
    const cursor = new TextCursor(texts, texts.lowerBound(prefix));
    while (cursor.next()) {
      const term = cursor.text();
      if (!term.startsWith(prefix)) break;
      found.push({ term, ranks: this.image.ranksOf(index, cursor.ordinal) });
    }
    return found;
  }

  termsWithEndings(index: IndexName, text: string, [first]: readonly string[]): TermRanks[] {
    return first === undefined ? [] : this.termsWithPrefix(index, text + first.charAt(0));
  }

  referenceTermsAt(rank: number): readonly string[] {
    return this.image.referenceTermsAt(rank);
  }

  hasReferences(rank: number): boolean {
    return this.image.hasReferences(rank);
  }

  countUnmasked(ranks: Ranks): number {
    if (this.#masked === undefined) return ranks.count;
    const { list } = ranks;
    if (list === undefined) {
      // The bits of a union were made for one query. They are in other memory and are not counted
      // again.
      if (ranks.words.buffer !== this.image.memory) return countCommonBits([ranks], this.#masked);
      let count = this.#counts.get(ranks.at);
      if (count === undefined) {
        count = countCommonBits([ranks], this.#masked);
        this.#counts.set(ranks.at, count);
      }
      return count;
    }
    let count = 0;
    for (let at = 0; at < list.length; at++) if (!this.isMasked(list[at] as number)) count++;
    return count;
  }

  termCount(index: IndexName): number {
    return this.image.terms(index).count;
  }

  paths(): Texts {
    return new TextCursor(this.image.paths, 0);
  }

  terms(index: IndexName): TermsWithRanks {
    return new ImageTerms(this.image, index);
  }

  /** The terms of an image are always in order. */
  sortTerms(): Iterable<void> {
    return [];
  }

  /** In an image, the place in an id is the rank. */
  ranksByPlace(ranks: Uint32Array): Uint32Array {
    return ranks;
  }

  get byteLength(): number {
    return this.image.byteLength + (this.#masked?.byteLength ?? 0);
  }
}

class ImageTerms extends TextCursor implements TermsWithRanks {
  readonly #image: Image;
  readonly #index: IndexName;

  constructor(image: Image, index: IndexName) {
    super(image.terms(index), 0);
    this.#image = image;
    this.#index = index;
  }

  ranks(): Ranks {
    return this.#image.ranksOf(this.#index, this.ordinal);
  }
}
