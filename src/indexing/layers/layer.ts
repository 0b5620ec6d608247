import type { IndexName, Term } from "../../record/terms.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { Ranks } from "./ranks.ts";
import type { RecordId } from "../record-id.ts";

/** Paths are unpacked in blocks of this many. A block costs little more than one path. */
export const PATHS_A_BLOCK = 16;

/** Goes through texts in order, by UTF-16 units. */
export interface Texts {
  /**
   * The bytes of the current text (`encodeUnits`): the first `length` bytes. The next step
   * overwrites them.
   */
  readonly bytes: Uint8Array;
  readonly length: number;
  /** Returns false at the end. */
  next(): boolean;
  text(): string;
}

export interface TermsWithRanks extends Texts {
  /** The ranks that have the current term, masked ones included. */
  ranks(): Ranks;
}

/** A term, and the ranks that have it, masked ones included. */
export interface TermRanks {
  readonly term: string;
  readonly ranks: Ranks;
}

/**
 * A part of an index, as queries, merges and other threads read it. Its records have ranks from 0
 * up, in the order of their paths. A rank may be masked: its record does not count any more,
 * because a newer layer has it, or it is gone. Each record is unmasked in exactly one layer.
 *
 * Everything that a layer returns is valid until the next write to the index.
 */
export interface IndexLayer {
  /**
   * The identity of everything that never changes while the layer exists: its records and terms.
   * `undefined` for a layer that changes.
   */
  readonly image: object | undefined;
  /** The number of ranks, masked ones included. */
  readonly ranks: number;
  /** The number of records: the ranks that are not masked. */
  readonly size: number;
  /** One bit for each rank, set if it is masked. `undefined` if no rank is masked. */
  readonly masked: Uint32Array | undefined;
  idAt(rank: number): RecordId;
  rankOf(id: RecordId): number;
  pathAt(rank: number): ProjectPath;
  pathsBetween(from: number, to: number): readonly string[];
  /**
   * The paths of one block of `PATHS_A_BLOCK` ranks, by the block's number. Kept until the garbage
   * collector drops them, for callers that read many paths.
   */
  pathBlock(block: number): readonly string[];
  /** The number of ranks whose path comes before `path`. */
  lowerBound(path: string): number;
  /** Returns the rank of a path, or -1 if the path is absent or masked. */
  find(path: string): number;
  revisionAt(rank: number): number;
  sizeAt(rank: number): number;
  modifiedAtAt(rank: number): number;
  languageAt(rank: number): Term;
  /** The ranks that have the term, masked ones included; `undefined` if no rank has it. */
  withTerm(index: IndexName, term: string): Ranks | undefined;
  /** The ranks of each term that begins with `prefix`, in no particular order. */
  withPrefix(index: IndexName, prefix: string): Ranks[];
  /** The terms that begin with `prefix`, each with its ranks. */
  termsWithPrefix(index: IndexName, prefix: string): TermRanks[];
  /**
   * The terms that are `text` plus one of `endings`, in order. Preconditions: all endings begin
   * with the same character, and no other term has this character after `text`.
   */
  termsWithEndings(index: IndexName, text: string, endings: readonly string[]): TermRanks[];
  /** The terms of a rank in the index `referenceDoc`, in no particular order. */
  referenceTermsAt(rank: number): readonly string[];
  /** Returns true if a rank has any such term. */
  hasReferences(rank: number): boolean;
  /** How many of these ranks are not masked. */
  countUnmasked(ranks: Ranks): number;
  /** The number of terms of an index, including terms that only masked ranks have. */
  termCount(index: IndexName): number;
  paths(): Texts;
  terms(index: IndexName): TermsWithRanks;
}

/**
 * A layer that takes no more records. Only its masked ranks change. Merges put such layers
 * together.
 */
export interface LastingLayer extends IndexLayer {
  readonly number: number;
  isMasked(rank: number): boolean;
  /** Masks the rank of a path. Returns false if the path is absent or masked already. */
  remove(path: string): boolean;
  /** Sorts the terms for a merge, in steps of about a millisecond. */
  sortTerms(): Iterable<void>;
  /**
   * Takes one value for each rank. Returns the value for each place that an id can have; `NOWHERE`
   * if the place has no record.
   */
  ranksByPlace(ranks: Uint32Array): Uint32Array;
}

/** Everything that queries read of an index. */
export interface LayeredIndex {
  readonly layers: readonly IndexLayer[];
  /** The number of records. */
  readonly size: number;
}
