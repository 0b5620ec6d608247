import { assert } from "../base/assert.ts";
import { type Finding, finding } from "../base/finding.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { IndexName, RecordTerms, Term } from "../record/terms.ts";
import type { Image } from "./image/image.ts";
import { ImageLayer } from "./layers/image-layer.ts";
import type { IndexLayer, LastingLayer } from "./layers/layer.ts";
import { mergeLayers, type NewRanks } from "./layers/merge-layers.ts";
import { PathReader } from "./layers/path-reader.ts";
import { hasBit } from "./layers/ranks.ts";
import { layerOf, MAX_LAYERS, recordId, type RecordId } from "./record-id.ts";
import { type IndexedFields, type RecentRecord, RecentRecords } from "./layers/recent-records.ts";
import { NOWHERE, type Renumbering } from "./layers/renumbering.ts";
import { nearestTerm } from "./nearest-term.ts";
import { termCountsOf } from "./term-counts.ts";
import { verifyIndex } from "./verify-index.ts";

/** After this many changed records, they are frozen and become an image in the background. */
export const MAX_RECENT = 1_024;
/**
 * The oldest image is the largest. It is merged with the others when these together have at least
 * this share of its ranks.
 */
const OLDEST_SHARE = 1 / 4;
/**
 * Any other image is merged with the newer images at this share. Each record is then written a few
 * times until it is part of the oldest image.
 */
const MERGE_SHARE = 1;
/** An image is also merged when this share of its ranks is masked. */
const MASKED_SHARE = 1 / 2;

/** The numbers of layers are few. Some must stay free for the images that merges make. */
const MOST_LASTING = MAX_LAYERS - 8;

/** A read has fewer paths than this. */
const MOST_FOUND = 2_000;

/** The new image of a merge, and how the merge changed ids. */
export interface Merge {
  readonly image: Image;
  readonly renumbering: Renumbering;
}

/**
 * The complete index of one project: every path and every term of every record, even if the record
 * itself is not in memory (law 1). The index knows nothing of eviction.
 *
 * The index is a list of layers. The records that changed last are in plain maps. When there are
 * many of them, they are frozen, and become an image in the background. Images are merged, so that
 * there are few, and each is much smaller than the one before it. When a record changes, it is
 * masked in the layer that had it. So images never change: threads can share them, and a database
 * can keep their bytes as they are. An index without changes is one image.
 *
 * There is one writer. Callers compute all terms first (`termsOf`), so that no write can fail
 * half-way. Ids are valid until the next write or merge.
 */
export class IndexManager {
  #recent: RecentRecords;
  /** Frozen layers that are not images yet, the oldest first. */
  readonly #frozen: RecentRecords[] = [];
  readonly #images: ImageLayer[] = [];
  readonly #maxRecent: number;
  /** The layers that a merge reads now. */
  readonly #merging = new Set<LastingLayer>();
  /** The ids of paths that were found since the last write. */
  readonly #found = new Map<ProjectPath, RecordId>();

  constructor(maxRecent: number = MAX_RECENT) {
    this.#maxRecent = maxRecent;
    this.#recent = new RecentRecords(0);
  }

  /** Creates an index that is one image. */
  static of(image: Image, maxRecent?: number): IndexManager {
    return IndexManager.ofLayers(image.count > 0 ? [{ image, masked: undefined }] : [], maxRecent);
  }

  /**
   * Creates an index from images, the oldest first, each with its masked ranks. Copies the masks.
   */
  static ofLayers(
    layers: readonly { readonly image: Image; readonly masked: Uint32Array | undefined }[],
    maxRecent?: number,
  ): IndexManager {
    const index = new IndexManager(maxRecent);
    for (const { image, masked } of layers) {
      const layer = new ImageLayer(image, index.#freeNumber());
      layer.maskAll(masked);
      index.#images.push(layer);
    }
    return index;
  }

  /** The number of records. */
  get size(): number {
    let size = this.#recent.size;
    for (const layer of this.#frozen) size += layer.size;
    for (const layer of this.#images) size += layer.size;
    return size;
  }

  /** All layers, the oldest first. The records that changed last come at the end. */
  get layers(): readonly IndexLayer[] {
    if (this.#recent.size > 0) return [...this.#images, ...this.#frozen, this.#recent];
    return this.#frozen.length > 0 ? this.lasting : this.#images;
  }

  /** The layers that take no more records, the oldest first. */
  get lasting(): readonly LastingLayer[] {
    return [...this.#images, ...this.#frozen];
  }

  get images(): readonly ImageLayer[] {
    return this.#images;
  }

  /** The frozen layers that should become images now. */
  get frozen(): readonly RecentRecords[] {
    return this.#frozen.filter((layer) => !this.#merging.has(layer));
  }

  /** The records that are in no image, in no particular order. */
  *recordsInMaps(): Generator<RecentRecord, void, undefined> {
    for (const layer of [...this.#frozen, this.#recent]) yield* layer.records();
  }

  layerOf(id: RecordId): IndexLayer {
    const number = layerOf(id);
    if (number === this.#recent.number) return this.#recent;
    for (const layer of this.#images) if (layer.number === number) return layer;
    for (const layer of this.#frozen) if (layer.number === number) return layer;
    assert(false, "the layer of an id exists until the next write to the index");
  }

  idOf(path: ProjectPath): RecordId | undefined {
    let id = this.#found.get(path);
    if (id === undefined) {
      id = this.#find(path);
      if (id !== undefined) this.#keepFound(path, id);
    }
    return id;
  }

  #find(path: ProjectPath): RecordId | undefined {
    for (let place = this.#frozen.length; place >= 0; place--) {
      const layer = this.#frozen[place] ?? this.#recent;
      const record = layer.get(path);
      if (record !== undefined) return recordId(layer.number, record.place);
    }
    // Most paths are in the oldest image, which is the largest.
    for (const layer of this.#images) {
      const rank = layer.find(path);
      if (rank >= 0) return layer.idAt(rank);
    }
    return undefined;
  }

  pathOf(id: RecordId): ProjectPath {
    const layer = this.layerOf(id);
    return layer.pathAt(layer.rankOf(id));
  }

  /**
   * The paths of many records. Costs less than half of one call each if the records are near each
   * other in the order of paths.
   */
  pathsOf(ids: readonly RecordId[]): ProjectPath[] {
    const readers = new Map<IndexLayer, PathReader>();
    return ids.map((id) => {
      const layer = this.layerOf(id);
      let reader = readers.get(layer);
      if (reader === undefined) {
        reader = new PathReader(layer);
        readers.set(layer, reader);
      }
      return reader.at(layer.rankOf(id));
    });
  }

  /** Remembers the ids of paths that a read is about to look up several times. */
  keepFound(paths: readonly ProjectPath[], ids: readonly RecordId[]): void {
    paths.forEach((path, place) => this.#keepFound(path, ids[place] as RecordId));
  }

  /** The revision of the record's last change. */
  revisionOf(id: RecordId): number {
    const layer = this.layerOf(id);
    return layer.revisionAt(layer.rankOf(id));
  }

  sizeOf(id: RecordId): number {
    const layer = this.layerOf(id);
    return layer.sizeAt(layer.rankOf(id));
  }

  modifiedAtOf(id: RecordId): number {
    const layer = this.layerOf(id);
    return layer.modifiedAtAt(layer.rankOf(id));
  }

  languageOf(id: RecordId): Term {
    const layer = this.layerOf(id);
    return layer.languageAt(layer.rankOf(id));
  }

  /**
   * Adds or replaces a record. Cost: O(1), plus a search for its path in each layer. Its terms are
   * indexed when somebody asks for them, or in the background.
   */
  put(fields: IndexedFields, revision: number, terms: RecordTerms): RecordId {
    assert(terms.language.length === 1, "every record has a language");
    this.#forgetFound();
    if (this.#recent.get(fields.path) === undefined) this.#mask(fields.path);
    const id = this.#recent.put(fields, revision, terms);
    // During a long merge, changes may have to wait in the maps.
    if (this.#recent.places >= this.#maxRecent && this.#images.length + this.#frozen.length < MOST_LASTING) this.freeze();
    return id;
  }

  /** Returns true if there was such a record. */
  remove(path: ProjectPath): boolean {
    this.#forgetFound();
    return this.#recent.remove(path) || this.#mask(path);
  }

  /** The number of records that have the term. */
  count(index: IndexName, term: Term): number {
    let count = 0;
    for (const layer of this.layers) {
      const ranks = layer.withTerm(index, term);
      if (ranks !== undefined) count += layer.countUnmasked(ranks);
    }
    return count;
  }

  /**
   * All terms of one index, in order, each with the number of records that have it. Cost: O(the
   * index's terms and their ranks).
   */
  termsWithCounts(index: IndexName): Generator<readonly [Term, number], void, undefined> {
    return termCountsOf(this.layers, index);
  }

  /** The term of one index that is spelt most like a text (`nearestTerm`). */
  nearestTerm(index: IndexName, text: string): string | undefined {
    return nearestTerm(this.layers, index, text);
  }

  /**
   * The number of terms of one index. Counts a term once for each layer that has it, even if all
   * its records there are masked. Exact for an index that is one image.
   */
  termCountOf(index: IndexName): number {
    return this.layers.reduce((sum, layer) => sum + layer.termCount(index), 0);
  }

  /** All paths, in no particular order. */
  *paths(): Generator<ProjectPath, void, undefined> {
    for (const layer of this.layers) {
      const texts = layer.paths();
      for (let rank = 0; texts.next(); rank++) {
        if (layer.masked === undefined || !hasBit(layer.masked, rank)) yield texts.text() as ProjectPath;
      }
    }
  }

  /**
   * The memory of the whole index in bytes: the exact length of the images, and an estimate for the
   * rest.
   */
  byteLength(): number {
    return [...this.#images, ...this.#frozen].reduce((sum, { byteLength }) => sum + byteLength, this.#recent.byteLength);
  }

  /**
   * Freezes the records that changed last, so that they can be merged, and starts a new, empty
   * layer. Ids do not change.
   */
  freeze(): void {
    if (this.#recent.size === 0) return;
    this.#recent.freeze();
    this.#frozen.push(this.#recent);
    this.#recent = new RecentRecords(this.#freeNumber());
  }

  /** The newest images that should become one image; empty if no merge is due. */
  mergeDue(): readonly ImageLayer[] {
    if (this.#images.some((layer) => this.#merging.has(layer))) return [];
    let first = this.#images.length;
    let newer = 0;
    for (let place = this.#images.length - 1; place >= 0; place--) {
      const { ranks, size } = this.#images[place] as ImageLayer;
      const isSmall = newer > 0 && newer >= ranks * (place === 0 ? OLDEST_SHARE : MERGE_SHARE);
      const isHollow = ranks >= this.#maxRecent && size < ranks * MASKED_SHARE;
      if (isSmall || isHollow) first = place;
      newer += ranks;
    }
    return this.#images.slice(first);
  }

  /**
   * Merges neighbouring layers in steps of about a millisecond. Reads and writes may go on between
   * two steps. The last step replaces the layers by the new image, all at once. A layer can be in
   * only one merge at a time. The first step reserves the layers, so run it in the same turn in
   * which they were chosen.
   */
  *merge(layers: readonly LastingLayer[]): Generator<void, Merge, undefined> {
    assert(
      layers.every((layer) => this.lasting.includes(layer) && !this.#merging.has(layer)),
      "a layer is in one merge at a time, and is gone after the merge",
    );
    for (const layer of layers) this.#merging.add(layer);
    try {
      const { image, newRanks } = yield* mergeLayers(layers);
      return { image, renumbering: this.#replace(layers, image, newRanks) };
    } finally {
      for (const layer of layers) this.#merging.delete(layer);
    }
  }

  /**
   * Recomputes every relation between the parts. Returns a finding for each one that is broken.
   * Cost: O(the whole index).
   */
  verify(): Finding[] {
    const findings = verifyIndex(this.layers);
    const numbers = [...this.lasting, this.#recent].map(({ number }) => number);
    if (new Set(numbers).size !== numbers.length) findings.push(finding("INDEX_PATH", "two layers have one number"));
    for (const [path, id] of this.#found) {
      if (this.#find(path) !== id)
        findings.push(finding("INDEX_PATH", `${JSON.stringify(path)} is remembered under an id that is not its id`, { path }));
    }
    return findings;
  }

  #keepFound(path: ProjectPath, id: RecordId): void {
    if (this.#found.size >= MOST_FOUND) this.#found.clear();
    this.#found.set(path, id);
  }

  #forgetFound(): void {
    if (this.#found.size > 0) this.#found.clear();
  }

  #mask(path: string): boolean {
    return this.#maskIn(this.#frozen, path) || this.#maskIn(this.#images, path);
  }

  /**
   * Removes a layer at once if it has no record left, unless a merge reads it. The end of that
   * merge replaces the layer.
   */
  #maskIn(layers: LastingLayer[], path: string): boolean {
    const place = layers.findIndex((layer) => layer.remove(path));
    if (place < 0) return false;
    const layer = layers[place] as LastingLayer;
    if (layer.size === 0 && !this.#merging.has(layer)) layers.splice(place, 1);
    return true;
  }

  /**
   * Replaces `layers` by `image`, which was made from them. Ranks that were masked during
   * the merge are masked in it.
   */
  #replace(layers: readonly LastingLayer[], image: Image, newRanks: NewRanks): Renumbering {
    this.#forgetFound();
    const layer = new ImageLayer(image, this.#freeNumber());
    layers.forEach((before, place) => {
      assert(this.lasting.includes(before), "a layer is merged once");
      (newRanks[place] as Uint32Array).forEach((rank, old) => {
        if (rank !== NOWHERE && before.isMasked(old)) layer.mask(rank);
      });
    });
    const images = this.#images.filter((other) => layers.includes(other));
    const first = images.length === 0 ? this.#images.length : this.#images.indexOf(images[0] as ImageLayer);
    this.#images.splice(first, images.length, ...(layer.size > 0 ? [layer] : []));
    const frozen = this.#frozen.filter((other) => !layers.includes(other));
    this.#frozen.splice(0, this.#frozen.length, ...frozen);
    const from = layers.map((before, place) => ({ layer: before.number, newRanks: before.ranksByPlace(newRanks[place] as Uint32Array) }));
    return { from, to: layer.number };
  }

  #freeNumber(): number {
    const isFree = (number: number): boolean => number !== this.#recent.number && this.lasting.every((layer) => layer.number !== number);
    for (let number = 0; number < MAX_LAYERS; number++) if (isFree(number)) return number;
    assert(false, "an index has fewer layers than there are numbers");
  }
}

/** Runs a generator to its end without a pause. */
export function finished<T>(steps: Generator<void, T, undefined>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
