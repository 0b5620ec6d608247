import { MetacacheError, REPORT } from "../../base/errors.ts";
import { INDEX_NAMES, type IndexName, type Term } from "../../record/terms.ts";
import { PATHS_A_BLOCK } from "../layers/layer.ts";
import { Ranks } from "../layers/ranks.ts";
import { ForwardLists } from "./forward-lists.ts";
import { type ImageHead, readHead, type SegmentName, SEGMENTS } from "./image-format.ts";
import { PackedColumn } from "./packed-column.ts";
import { SortedTexts } from "./sorted-texts.ts";
import { VarintReader } from "./varint.ts";

/**
 * A whole index, packed into one block of memory that threads can share and a database can keep. An
 * image never changes after it is made.
 *
 * The ranks of the records follow the order of their paths. An image holds the paths, one column
 * for each other thing known of a record, and for each index its terms in order, each with the
 * ranks that have it. A term of one record has that rank in place of a list. A longer list is its
 * length, the first rank, and the gap to each next rank, as varints. A term that at least a 32nd of
 * all records have is stored as one bit per record. The references of each record are also stored
 * the other way round: for each rank, the ordinals of its terms.
 */
export class Image {
  readonly memory: SharedArrayBuffer;
  /** The number of ranks. */
  readonly count: number;
  readonly paths: SortedTexts;
  readonly revisions: PackedColumn;
  readonly sizes: PackedColumn;
  readonly modified: PackedColumn;
  /** For each rank, the ordinal of its language among the terms of the index `language`. */
  readonly languages: PackedColumn;
  readonly #indexes: Readonly<Record<IndexName, TermsOfImage>>;
  readonly #forward: ForwardLists;
  readonly #languageNames: Term[] = [];
  #pathBlocks: WeakRef<(readonly string[])[]> | undefined;

  private constructor(memory: SharedArrayBuffer, { count, starts }: ImageHead) {
    this.memory = memory;
    this.count = count;
    const column = (start: number): PackedColumn => new PackedColumn(memory, start, count);
    this.paths = new SortedTexts(memory, starts.paths);
    this.revisions = column(starts.revisions);
    this.sizes = column(starts.sizes);
    this.modified = column(starts.modified);
    this.languages = column(starts.languages);
    this.#indexes = Object.fromEntries(
      INDEX_NAMES.map((name) => [
        name,
        new TermsOfImage(memory, starts[`${name}.texts`], starts[`${name}.places`], starts[`${name}.lists`]),
      ]),
    ) as Record<IndexName, TermsOfImage>;
    this.#forward = new ForwardLists(memory, starts["forward.ends"], count, starts["forward.lists"]);
  }

  /**
   * Returns `undefined` if the bytes are not an image of this format. Checks only the head and the
   * bounds of the segments. The keeper of the bytes is responsible for the rest.
   */
  static open(memory: SharedArrayBuffer): Image | undefined {
    const head = readHead(memory);
    return head === undefined || !fits(memory, head) ? undefined : new Image(memory, head);
  }

  /** Opens an image that was just made. */
  static of(memory: SharedArrayBuffer): Image {
    const image = Image.open(memory);
    if (image === undefined)
      throw new MetacacheError("E_INVARIANT", "an index image that was just made cannot be opened", { remedy: REPORT });
    return image;
  }

  get byteLength(): number {
    return this.memory.byteLength;
  }

  terms(index: IndexName): SortedTexts {
    return this.#indexes[index].texts;
  }

  /** The ranks that have the term with this ordinal in its index. */
  ranksOf(index: IndexName, ordinal: number): Ranks {
    return this.#indexes[index].ranksOf(ordinal);
  }

  /**
   * The rank that has the term, if exactly one rank has it; otherwise -1. Faster than `ranksOf` for
   * callers that go through all terms.
   */
  onlyRankOf(index: IndexName, ordinal: number): number {
    return this.#indexes[index].onlyRankOf(ordinal);
  }

  /** The terms of a rank in the index `referenceDoc`. */
  referenceTermsAt(rank: number): string[] {
    const texts = this.terms("referenceDoc");
    return this.#forward.ordinalsAt(rank).map((ordinal) => texts.at(ordinal));
  }

  hasReferences(rank: number): boolean {
    return this.#forward.hasAny(rank);
  }

  /**
   * A block of paths as strings, kept for patterns, which read thousands of paths again and again.
   * The strings take more memory than the image, so the garbage collector may drop them at any
   * time.
   */
  pathBlock(block: number): readonly string[] {
    let blocks = this.#pathBlocks?.deref();
    if (blocks === undefined) {
      blocks = [];
      this.#pathBlocks = new WeakRef(blocks);
    }
    return (blocks[block] ??= this.paths.slice(block * PATHS_A_BLOCK, (block + 1) * PATHS_A_BLOCK));
  }

  languageAt(rank: number): Term {
    const ordinal = this.languages.get(rank);
    return (this.#languageNames[ordinal] ??= this.terms("language").at(ordinal) as Term);
  }
}

/** Returns true if every segment has room for the number of values that it states. */
function fits(memory: SharedArrayBuffer, { count, starts }: ImageHead): boolean {
  return SEGMENTS.every((name, number) => {
    const start = starts[name];
    const next = SEGMENTS[number + 1];
    const end = next === undefined ? memory.byteLength : starts[next];
    if (name === "paths") return SortedTexts.fits(memory, start, end) && new SortedTexts(memory, start).count === count;
    if (name.endsWith(".texts")) return SortedTexts.fits(memory, start, end);
    if (name.endsWith(".lists")) return true;
    // The texts that these places belong to lie in the segment before, which is checked already.
    const values = name.endsWith(".places") ? new SortedTexts(memory, starts[SEGMENTS[number - 1] as SegmentName]).count : count;
    return PackedColumn.fits(memory, start, end, values);
  });
}

/** One index of an image. */
class TermsOfImage {
  readonly texts: SortedTexts;
  readonly #places: PackedColumn;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #lists: number;

  constructor(memory: SharedArrayBuffer, texts: number, places: number, lists: number) {
    this.texts = new SortedTexts(memory, texts);
    this.#places = new PackedColumn(memory, places, this.texts.count);
    this.#bytes = new Uint8Array(memory);
    this.#words = new Uint32Array(memory, 0, memory.byteLength >>> 2);
    this.#lists = lists;
  }

  onlyRankOf(ordinal: number): number {
    const place = this.#places.get(ordinal);
    return place % 2 === 1 ? (place - 1) / 2 : -1;
  }

  ranksOf(ordinal: number): Ranks {
    const place = this.#places.get(ordinal);
    if (place % 2 === 1) return Ranks.ofList([(place - 1) / 2]);
    reader.moveTo(this.#bytes, this.#lists + place / 2);
    const head = reader.next();
    const count = head >>> 1;
    if (head % 2 === 1) {
      const length = reader.next();
      return Ranks.ofBits(count, this.#words, (reader.at + 3) >>> 2, length);
    }
    return Ranks.ofGaps(count, this.#bytes, reader.at);
  }
}

/** Shared by all calls. No call keeps it after it returns. */
const reader = new VarintReader();
