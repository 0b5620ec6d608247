import type { IndexName, Term } from "../record/terms.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { Ranks } from "./ranks.ts";
import type { RecordId } from "./record-id.ts";

/** Paths are unpacked in blocks, which costs little more than one of them. */
export const PATHS_A_BLOCK = 16;

/** Goes through texts in their order, by UTF-16 units. */
export interface Texts {
  /** The bytes of the text at hand (`encodeUnits`), `length` of them. They change with the next step. */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** False at the end. */
  next(): boolean;
  text(): string;
}

export interface TermsWithRanks extends Texts {
  /** The ranks that have the term at hand, masked ones included. */
  ranks(): Ranks;
}

/** A term, and the ranks that have it, masked ones included. */
export interface TermRanks {
  readonly term: string;
  readonly ranks: Ranks;
}

/**
 * A part of an index, as queries, merges and other threads read it. Its records stand at ranks, from 0 up in the order of their paths.
 * Some ranks may be masked: their records count no more, since a newer layer has them, or nothing has. Each record is in one layer, unmasked.
 *
 * What it returns is valid until the index's next write.
 */
export interface IndexLayer {
  /** Stands for all that is the same as long as the layer lasts: which records and terms there are. `undefined` for a layer that changes. */
  readonly image: object | undefined;
  /** How many ranks there are, masked ones included. */
  readonly ranks: number;
  /** How many records there are: the ranks that are not masked. */
  readonly size: number;
  /** One bit for each masked rank; `undefined` if there is none. */
  readonly masked: Uint32Array | undefined;
  idAt(rank: number): RecordId;
  rankOf(id: RecordId): number;
  pathAt(rank: number): ProjectPath;
  pathsBetween(from: number, to: number): readonly string[];
  /** The paths of a block of `PATHS_A_BLOCK` ranks, by its number. Kept as long as the garbage collector lets them, for whoever looks at many. */
  pathBlock(block: number): readonly string[];
  /** How many ranks have a lesser path. */
  lowerBound(path: string): number;
  /** The rank of a path; -1 if it has none, or a masked one. */
  find(path: string): number;
  revisionAt(rank: number): number;
  sizeAt(rank: number): number;
  modifiedAtAt(rank: number): number;
  languageAt(rank: number): Term;
  /** The ranks that have the term, masked ones included; `undefined` if there are none. */
  withTerm(index: IndexName, term: string): Ranks | undefined;
  /** Of each term that begins so, in no particular order. */
  withPrefix(index: IndexName, prefix: string): Ranks[];
  /** The terms from `from` up to `to`, or to the last one, in order, each with the ranks that have it. */
  termsBetween(index: IndexName, from: string, to: string | undefined): TermsWithRanks;
  /** The same, each with its term. */
  termsWithPrefix(index: IndexName, prefix: string): TermRanks[];
  /** The terms that are `text` and one of `endings`, which all begin with the same character; no other term has that after `text`. In the order of the terms. */
  termsWithEndings(index: IndexName, text: string, endings: readonly string[]): TermRanks[];
  /** The terms of the index `referenceDoc` that a rank has, in no particular order. */
  referenceTermsAt(rank: number): readonly string[];
  /** Whether a rank has any. */
  hasReferences(rank: number): boolean;
  /** How many of these are not masked. */
  countUnmasked(ranks: Ranks): number;
  /** How many terms of an index there are, those of masked ranks alone included. */
  termCount(index: IndexName): number;
  paths(): Texts;
  terms(index: IndexName): TermsWithRanks;
}

/** A layer that changes no more, but for which of its ranks are masked: merges put such layers together. */
export interface LastingLayer extends IndexLayer {
  readonly number: number;
  isMasked(rank: number): boolean;
  /** Masks the rank of a path; false if it has none, or a masked one. */
  remove(path: string): boolean;
  /** Puts the terms in order for a merge, in steps of about a millisecond. */
  sortTerms(): Iterable<void>;
  /** Something that is known of each rank, for each place that an id can name; `NOWHERE` if there is no record. */
  ranksByPlace(ranks: Uint32Array): Uint32Array;
}

/** All that queries read of an index. */
export interface LayeredIndex {
  readonly layers: readonly IndexLayer[];
  /** How many records there are. */
  readonly size: number;
}
