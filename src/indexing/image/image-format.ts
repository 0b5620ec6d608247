import { INDEX_NAMES, type IndexName } from "../../record/terms.ts";

/** Raised with every change of the layout: bytes of another format are not read. */
export const IMAGE_FORMAT = 3;

/** Also tells machines apart that write numbers the other way round. */
const MAGIC = 0x6d63_6978;

/** Every segment begins at a multiple of this. */
export const ALIGNMENT = 8;

export type TermSegmentName = `${IndexName}.${"texts" | "places" | "lists"}`;
export type ForwardSegmentName = "forward.ends" | "forward.lists";
export type SegmentName = "paths" | "revisions" | "sizes" | "modified" | "languages" | TermSegmentName | ForwardSegmentName;

/** In the order in which they stand. */
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

/** What stands before the segments: what the bytes are, their format, their length, how many records there are, and where each segment begins. */
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

/** `undefined` if the bytes are no image of this format, or are cut off. */
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
