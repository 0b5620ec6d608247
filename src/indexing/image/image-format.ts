import { INDEX_NAMES, type IndexName } from "../../record/terms.ts";

/** Raise this number with every change of the layout. Bytes of another format are not read. */
export const IMAGE_FORMAT = 3;

/** Also tells apart machines with another byte order. */
const MAGIC = 0x6d63_6978;

/** Every segment begins at a multiple of this many bytes. */
export const ALIGNMENT = 8;

export type TermSegmentName = `${IndexName}.${"texts" | "places" | "lists"}`;
export type ForwardSegmentName = "forward.ends" | "forward.lists";
export type SegmentName = "paths" | "revisions" | "sizes" | "modified" | "languages" | TermSegmentName | ForwardSegmentName;

/** The segments, in the order in which they lie in the image. */
export const SEGMENTS: readonly SegmentName[] = [
  "paths",
  "revisions",
  "sizes",
  "modified",
  "languages",
  ...INDEX_NAMES.flatMap((name): TermSegmentName[] => [`${name}.texts`, `${name}.places`, `${name}.lists`]),
  "forward.ends",
  "forward.lists",
];

const HEAD_WORDS = 4;
export const FIRST_SEGMENT: number = Math.ceil((4 * (HEAD_WORDS + SEGMENTS.length)) / ALIGNMENT) * ALIGNMENT;

/**
 * The head of an image, before the segments: a magic number, the format, the length in bytes, the
 * number of records, and the start of each segment.
 */
export interface ImageHead {
  readonly count: number;
  readonly starts: Readonly<Record<SegmentName, number>>;
}

export function writeHead(memory: ArrayBufferLike, { count, starts }: ImageHead): void {
  const words = new Uint32Array(memory, 0, HEAD_WORDS + SEGMENTS.length);
  words.set([MAGIC, IMAGE_FORMAT, memory.byteLength, count]);
  SEGMENTS.forEach((name, number) => {
    words[HEAD_WORDS + number] = starts[name];
  });
}

/** Returns `undefined` if the bytes are not an image of this format, or if the image is cut off. */
export function readHead(memory: ArrayBufferLike): ImageHead | undefined {
  if (memory.byteLength < FIRST_SEGMENT) return undefined;
  const words = new Uint32Array(memory, 0, HEAD_WORDS + SEGMENTS.length);
  const [magic, format, byteLength, count = 0] = words;
  if (magic !== MAGIC || format !== IMAGE_FORMAT || byteLength !== memory.byteLength) return undefined;
  const starts = Object.fromEntries(SEGMENTS.map((name, number) => [name, words[HEAD_WORDS + number] ?? 0]));
  let end = FIRST_SEGMENT;
  for (const name of SEGMENTS) {
    const start = starts[name] ?? 0;
    if (start < end || start % ALIGNMENT !== 0 || start > byteLength) return undefined;
    end = start;
  }
  return { count, starts: starts as Record<SegmentName, number> };
}
