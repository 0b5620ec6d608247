import { assert } from "../../base/assert.ts";
import { INDEX_NAMES, type IndexName } from "../../record/terms.ts";
import type { Image } from "../image/image.ts";
import { ImageWriter } from "../image/image-writer.ts";
import type { LastingLayer, TermsWithRanks } from "./layer.ts";
import { MergedTexts } from "./merged-texts.ts";
import { hasBit, type Ranks } from "./ranks.ts";
import { NOWHERE } from "./renumbering.ts";

/**
 * For each layer, the new rank of each of its ranks in the new image; `NOWHERE` for masked ranks.
 */
export type NewRanks = readonly Uint32Array[];

export interface MergedLayers {
  readonly image: Image;
  readonly newRanks: NewRanks;
}

/** One step, of about a millisecond, is this many records, terms, or ranks of terms. */
const RECORDS_A_STEP = 2_048;
const TERMS_A_STEP = 2_048;
const RANKS_A_STEP = 32_768;
const NO_BITS = new Uint32Array(0);

/**
 * Merges layers into one image, in one pass over their paths and one pass over the terms of each
 * index. Ranks may be masked between two steps, each of about a millisecond. The image still has
 * the records of these ranks.
 *
 * Preconditions: the records of the layers do not change. Each path is unmasked in only one of them
 * (asserted).
 */
export function* mergeLayers(layers: readonly LastingLayer[]): Generator<void, MergedLayers, undefined> {
  const writer = new ImageWriter();
  // The records of ranks that are masked from here on are in the image. The caller masks them
  // there.
  const masked = layers.map((layer) => layer.masked?.slice());
  for (const layer of layers) yield* layer.sortTerms();
  const newRanks = yield* mergeRecords(layers, masked, writer);
  for (const index of INDEX_NAMES) {
    yield* mergeTerms(index, layers, newRanks, writer);
    yield* writer.endTerms(index);
  }
  return { image: yield* writer.finish(), newRanks };
}

function* mergeRecords(
  layers: readonly LastingLayer[],
  masked: readonly (Uint32Array | undefined)[],
  writer: ImageWriter,
): Generator<void, NewRanks, undefined> {
  const newRanks = layers.map(({ ranks }) => new Uint32Array(ranks).fill(NOWHERE));
  const next = new Uint32Array(layers.length);
  const paths = new MergedTexts(layers.map((layer) => layer.paths()));
  let steps = 0;
  for (let group = paths.next(); group.length > 0; group = paths.next()) {
    let added = false;
    for (const input of group) {
      const layer = layers[input] as LastingLayer;
      const rank = next[input] as number;
      next[input] = rank + 1;
      if (hasBit(masked[input] ?? NO_BITS, rank)) continue;
      assert(!added, "a path is unmasked in only one layer");
      added = true;
      const { bytes, length } = paths.textOf(input);
      const { [input]: own } = newRanks;
      assert(own !== undefined, "every layer has a list of new ranks");
      own[rank] = writer.addRecord(bytes, length, layer.revisionAt(rank), layer.sizeAt(rank), layer.modifiedAtAt(rank));
    }
    paths.advance(group);
    if (++steps % RECORDS_A_STEP === 0) yield;
  }
  return newRanks;
}

function* mergeTerms(
  index: IndexName,
  layers: readonly LastingLayer[],
  newRanks: NewRanks,
  writer: ImageWriter,
): Generator<void, void, undefined> {
  const inputs = layers.map((layer) => layer.terms(index));
  const terms = new MergedTexts(inputs);
  const members: number[] = [];
  let steps = 0;
  let ranks = 0;
  for (let group = terms.next(); group.length > 0; group = terms.next()) {
    members.length = 0;
    for (const input of group) addRenumbered((inputs[input] as TermsWithRanks).ranks(), newRanks[input] as Uint32Array, members);
    // The ranks of a single layer are in order already.
    if (group.length > 1) sortAscending(members);
    const { bytes, length } = terms.textOf(group[0] as number);
    if (members.length > 0) writer.addTerm(index, bytes, length, members);
    terms.advance(group);
    ranks += members.length;
    if (++steps % TERMS_A_STEP !== 0 && ranks < RANKS_A_STEP) continue;
    ranks = 0;
    yield;
  }
}

function addRenumbered(ranks: Ranks, newRanks: Uint32Array, members: number[]): void {
  const { list } = ranks;
  if (list === undefined) {
    ranks.forEach((rank) => {
      if (newRanks[rank] !== NOWHERE) members.push(newRanks[rank] as number);
    });
    return;
  }
  for (let at = 0; at < list.length; at++) {
    const rank = newRanks[list[at] as number] as number;
    if (rank !== NOWHERE) members.push(rank);
  }
}

/** Sorting up to this many by hand is faster than a typed array. */
const FEW = 32;

/** Sorts in place. */
function sortAscending(members: number[]): void {
  if (members.length > FEW) {
    const sorted = Uint32Array.from(members).sort();
    for (let at = 0; at < sorted.length; at++) members[at] = sorted[at] as number;
    return;
  }
  for (let end = 1; end < members.length; end++) {
    const member = members[end] as number;
    let at = end;
    for (; at > 0 && (members[at - 1] as number) > member; at--) members[at] = members[at - 1] as number;
    members[at] = member;
  }
}
