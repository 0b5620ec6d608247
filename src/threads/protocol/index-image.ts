import { assert } from "../../base/assert.ts";
import { INDEX_NAMES, type IndexName } from "../../record/terms.ts";

/**
 * An index packed into one block of shared memory, which nobody changes while it can be read. Records are numbered in the order of their paths, so
 * that every list of numbers is in that order too.
 *
 * After the header come, each at a multiple of eight bytes: the ends of the paths' bytes, those bytes (UTF-8), revisions, sizes and times (float64),
 * languages (numbers of terms); then for each index the ends of its terms' bytes, those bytes, the ends of the terms' lists, and the lists.
 */
export interface ImageSections {
  readonly count: number;
  readonly pathEnds: Uint32Array;
  readonly pathBytes: Uint8Array;
  readonly revisions: Float64Array;
  readonly sizes: Float64Array;
  readonly modified: Float64Array;
  readonly languages: Uint32Array;
  readonly indexes: Readonly<Record<IndexName, TermSections>>;
}

export interface TermSections {
  readonly termEnds: Uint32Array;
  readonly termBytes: Uint8Array;
  readonly listEnds: Uint32Array;
  readonly lists: Uint32Array;
}

type Section = Uint32Array | Uint8Array | Float64Array;

const HEADER_WORDS = 64;
const ALIGNMENT = 8;

function sectionsOf(image: ImageSections): Section[] {
  const { pathEnds, pathBytes, revisions, sizes, modified, languages, indexes } = image;
  const terms = INDEX_NAMES.flatMap((name) => {
    const { termEnds, termBytes, listEnds, lists } = indexes[name];
    return [termEnds, termBytes, listEnds, lists];
  });
  return [pathEnds, pathBytes, revisions, sizes, modified, languages, ...terms];
}

export function imageBytes(image: ImageSections): number {
  return sectionsOf(image).reduce((sum, section) => sum + aligned(section.byteLength), 4 * HEADER_WORDS);
}

/** Copies an image into shared memory that has room for it. */
export function writeImage(image: ImageSections, memory: SharedArrayBuffer): void {
  assert(imageBytes(image) <= memory.byteLength, "the memory has room for the image");
  assert(image.pathEnds.length === image.count && image.revisions.length === image.count, "a record has one entry in each column");
  assert(image.sizes.length === image.count && image.modified.length === image.count, "a record has one size and one time");
  assert(image.languages.length === image.count, "a record has one language");
  const header = new Uint32Array(memory, 0, HEADER_WORDS);
  header[0] = image.count;
  let at = 4 * HEADER_WORDS;
  for (const [number, section] of sectionsOf(image).entries()) {
    header[1 + number] = section.length;
    const { BYTES_PER_ELEMENT: size } = section;
    const target =
      size === 8
        ? new Float64Array(memory, at, section.length)
        : size === 4
          ? new Uint32Array(memory, at, section.length)
          : new Uint8Array(memory, at, section.length);
    target.set(section);
    at += aligned(section.byteLength);
  }
  assert(at === imageBytes(image), "the image is as long as was said");
}

/** Views on the sections of an image in shared memory. */
export function openImage(memory: SharedArrayBuffer): ImageSections {
  const header = new Uint32Array(memory, 0, HEADER_WORDS);
  let at = 4 * HEADER_WORDS;
  let number = 0;
  const next = (): readonly [at: number, length: number] => [at, header[1 + number++] ?? 0];
  const words = (): Uint32Array => {
    const view = new Uint32Array(memory, ...next());
    at += aligned(view.byteLength);
    return view;
  };
  const bytes = (): Uint8Array => {
    const view = new Uint8Array(memory, ...next());
    at += aligned(view.byteLength);
    return view;
  };
  const floats = (): Float64Array => {
    const view = new Float64Array(memory, ...next());
    at += aligned(view.byteLength);
    return view;
  };
  const image = {
    count: header[0] ?? 0,
    pathEnds: words(),
    pathBytes: bytes(),
    revisions: floats(),
    sizes: floats(),
    modified: floats(),
    languages: words(),
  };
  const indexes = Object.fromEntries(
    INDEX_NAMES.map((name) => [name, { termEnds: words(), termBytes: bytes(), listEnds: words(), lists: words() }]),
  ) as Record<IndexName, TermSections>;
  return { ...image, indexes };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
