import { lowerBound } from "../../base/lower-bound.ts";
import { comparePaths } from "../../record/project-path.ts";
import type { IndexName } from "../../record/terms.ts";
import type { CursorKey } from "../../query/cursor.ts";
import type { OrderField } from "../../query/metadata-query.ts";
import type { PreparedQuery, TermAlternatives } from "../../query/prepared-query.ts";
import { type ImageSections, openImage } from "../protocol/index-image.ts";

/** Numbers of records, in the order of their paths. */
type Numbers = Uint32Array;

/** Answers from a packed index. Valid as long as the image is pinned. */
export class ImageReader {
  readonly #image: ImageSections;
  readonly #decoder = new TextDecoder();

  constructor(memory: SharedArrayBuffer) {
    this.#image = openImage(memory);
  }

  get count(): number {
    return this.#image.count;
  }

  pathOf(number: number): string {
    return this.#textAt(this.#image.pathEnds, this.#image.pathBytes, number);
  }

  revisionOf(number: number): number {
    return this.#image.revisions[number] ?? 0;
  }

  /** What an order compares first. */
  valueOf(field: OrderField, number: number): string | number {
    switch (field) {
      case "path":
        return this.pathOf(number);
      case "size":
        return this.#image.sizes[number] ?? 0;
      case "modifiedAt":
        return this.#image.modified[number] ?? 0;
      case "language":
        return this.#termAt("language", this.#image.languages[number] ?? 0);
    }
  }

  /** The number of a path's record; `undefined` where the image has none. */
  numberOf(path: string): number | undefined {
    const number = this.#lowerBoundOfPath(path);
    return number < this.count && this.pathOf(number) === path ? number : undefined;
  }

  /** All records that meet the query's criteria, but for those in `masked`. */
  matches({ criteria, prefix, pattern }: PreparedQuery, masked: ReadonlySet<number>): Numbers {
    const first = prefix === "" ? 0 : this.#lowerBoundOfPath(prefix);
    const end = prefix === "" ? this.count : this.#endOfPrefix(prefix, first);
    const members = criteria.map((criterion) => this.#membersOf(criterion)).sort((a, b) => a.length - b.length);
    const [rarest, ...others] = members;
    const found = new Uint32Array(Math.min(rarest?.length ?? Infinity, Math.max(0, end - first)));
    let length = 0;
    const cursors = others.map(() => 0);
    for (let at = 0, number = first; rarest === undefined ? number < end : at < rarest.length; rarest === undefined ? number++ : at++) {
      const candidate = rarest === undefined ? number : (rarest[at] ?? 0);
      if (candidate < first || candidate >= end || masked.has(candidate)) continue;
      const isIn = others.every((list, which) => {
        const place = gallop(list, cursors[which] ?? 0, candidate);
        cursors[which] = place;
        return list[place] === candidate;
      });
      if (isIn && (pattern === undefined || pattern.test(this.pathOf(candidate)))) found[length++] = candidate;
    }
    return found.subarray(0, length);
  }

  /** Whether a record comes after a cursor's key in the query's order. */
  isAfter({ orderField, descending }: PreparedQuery, number: number, key: CursorKey): boolean {
    return compareKeys(descending, { value: this.valueOf(orderField, number), path: this.pathOf(number) }, key) > 0;
  }

  #membersOf({ index, terms, prefixes }: TermAlternatives): Numbers {
    const { lists } = this.#image.indexes[index];
    const ranges: (readonly [number, number])[] = [];
    for (const term of terms) {
      const place = this.#lowerBoundOfTerm(index, term);
      if (this.#isTerm(index, place) && this.#termAt(index, place) === term) ranges.push(this.#listOf(index, place, place + 1));
    }
    for (const prefix of prefixes) {
      const from = this.#lowerBoundOfTerm(index, prefix);
      let to = from;
      while (this.#isTerm(index, to) && this.#termAt(index, to).startsWith(prefix)) to++;
      for (let place = from; place < to; place++) ranges.push(this.#listOf(index, place, place + 1));
    }
    const [only] = ranges;
    if (ranges.length === 1 && only !== undefined) return lists.subarray(...only);
    const all = new Uint32Array(ranges.reduce((sum, [from, to]) => sum + to - from, 0));
    let length = 0;
    for (const range of ranges) {
      all.set(lists.subarray(...range), length);
      length += range[1] - range[0];
    }
    return distinct(all.sort());
  }

  #listOf(index: IndexName, from: number, to: number): readonly [number, number] {
    const { listEnds } = this.#image.indexes[index];
    return [from === 0 ? 0 : (listEnds[from - 1] ?? 0), listEnds[to - 1] ?? 0];
  }

  #isTerm(index: IndexName, place: number): boolean {
    return place < this.#image.indexes[index].termEnds.length;
  }

  #termAt(index: IndexName, place: number): string {
    const { termEnds, termBytes } = this.#image.indexes[index];
    return this.#textAt(termEnds, termBytes, place);
  }

  #lowerBoundOfTerm(index: IndexName, term: string): number {
    return lowerBound(this.#image.indexes[index].termEnds.length, (place) => this.#termAt(index, place) < term);
  }

  #lowerBoundOfPath(path: string): number {
    return lowerBound(this.count, (number) => comparePaths(this.pathOf(number), path) < 0);
  }

  #endOfPrefix(prefix: string, first: number): number {
    return first + lowerBound(this.count - first, (number) => this.pathOf(first + number).startsWith(prefix));
  }

  /** Copied first: a decoder takes no shared memory. */
  #textAt(ends: Uint32Array, bytes: Uint8Array, place: number): string {
    return this.#decoder.decode(bytes.slice(place === 0 ? 0 : (ends[place - 1] ?? 0), ends[place] ?? 0));
  }
}

/** The order of answers: by the value, equal values by path; descending, both the other way round. */
export function compareKeys(descending: boolean, a: CursorKey, b: CursorKey): number {
  const order = a.value === b.value ? comparePaths(a.path, b.path) : a.value < b.value ? -1 : 1;
  return descending ? -order : order;
}

/** The first place from `from` on whose number is at least `wanted`, by steps that double: near for who asks in ascending order. */
function gallop(list: Numbers, from: number, wanted: number): number {
  let low = from;
  let step = 1;
  while (low + step < list.length && (list[low + step] ?? 0) < wanted) {
    low += step;
    step *= 2;
  }
  return low + lowerBound(Math.min(step, list.length - low - 1) + 1, (offset) => (list[low + offset] ?? Infinity) < wanted);
}

function distinct(sorted: Numbers): Numbers {
  let length = 0;
  for (const number of sorted) if (length === 0 || sorted[length - 1] !== number) sorted[length++] = number;
  return sorted.subarray(0, length);
}
