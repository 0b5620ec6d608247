import { INDEX_NAMES, type IndexName, type Term } from "../record/terms.ts";
import type { Image } from "./image/image.ts";
import type { IndexManager } from "./index-manager.ts";
import { ImageLayer } from "./layers/image-layer.ts";
import { placeOf, type RecordId } from "./record-id.ts";
import { RecentRecords } from "./layers/recent-records.ts";

/**
 * The terms that an index has for each record. Only checks ask for them: an image keeps the terms
 * of a record for references only. The first question about a record of an image reads the whole
 * image once. Cost: O(the image), and 4 bytes for each term of each record.
 */
export class TermsByRecord {
  readonly #byImage = new WeakMap<Image, TermsByRank>();

  /** The terms of each index, sorted. */
  termsOf(index: IndexManager, id: RecordId): Record<IndexName, Term[]> {
    const layer = index.layerOf(id);
    if (layer instanceof RecentRecords) return sorted(layer.recordOf(id).terms);
    if (!(layer instanceof ImageLayer)) return noTerms();
    let terms = this.#byImage.get(layer.image);
    if (terms === undefined) {
      terms = new TermsByRank(layer.image);
      this.#byImage.set(layer.image, terms);
    }
    return terms.termsAt(placeOf(id));
  }
}

class TermsByRank {
  readonly #image: Image;
  readonly #ends: Uint32Array;
  /** Each number is the ordinal of a term among the terms of all indexes of the image. */
  readonly #terms: Uint32Array;

  constructor(image: Image) {
    this.#image = image;
    // The name tells the last of three meanings: first the number of each rank's terms, then their
    // start, at last their end.
    const ends = new Uint32Array(image.count + 1);
    this.#visit((rank) => {
      ends[rank + 1] = (ends[rank + 1] as number) + 1;
    });
    for (let rank = 1; rank <= image.count; rank++) ends[rank] = (ends[rank] as number) + (ends[rank - 1] as number);
    const terms = new Uint32Array(ends[image.count] as number);
    this.#visit((rank, ordinal) => {
      const at = ends[rank] as number;
      terms[at] = ordinal;
      ends[rank] = at + 1;
    });
    this.#ends = ends;
    this.#terms = terms;
  }

  termsAt(rank: number): Record<IndexName, Term[]> {
    const found = noTerms();
    for (let at = rank === 0 ? 0 : (this.#ends[rank - 1] as number); at < (this.#ends[rank] as number); at++) {
      let ordinal = this.#terms[at] as number;
      for (const index of INDEX_NAMES) {
        const terms = this.#image.terms(index);
        if (ordinal < terms.count) {
          found[index].push(terms.at(ordinal) as Term);
          break;
        }
        ordinal -= terms.count;
      }
    }
    return found;
  }

  #visit(visit: (rank: number, ordinal: number) => void): void {
    let base = 0;
    for (const index of INDEX_NAMES) {
      const { count } = this.#image.terms(index);
      for (let ordinal = 0; ordinal < count; ordinal++) {
        this.#image.ranksOf(index, ordinal).forEach((rank) => visit(rank, base + ordinal));
      }
      base += count;
    }
  }
}

function noTerms(): Record<IndexName, Term[]> {
  return Object.fromEntries(INDEX_NAMES.map((index): [IndexName, Term[]] => [index, []])) as Record<IndexName, Term[]>;
}

function sorted(terms: Readonly<Record<IndexName, readonly Term[]>>): Record<IndexName, Term[]> {
  const found = noTerms();
  for (const index of INDEX_NAMES) found[index] = [...terms[index]].sort();
  return found;
}
