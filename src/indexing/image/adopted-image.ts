import type { ProjectPath } from "../../record/project-path.ts";
import { setBit } from "../layers/ranks.ts";
import { readHead, type SegmentName, SEGMENTS } from "./image-format.ts";
import { assembled } from "./image-writer.ts";
import { Image } from "./image.ts";
import { ColumnWriter } from "./packed-column.ts";
import { TextCursor } from "./sorted-texts.ts";

/** What an image has of a record that does not follow from the record's content. */
export interface AdoptedRecord {
  readonly revision: number;
  readonly modifiedAt: number;
}

/** An image for another project, and the ranks that have no record there. */
export interface AdoptedImage {
  readonly image: Image;
  readonly masked: Uint32Array | undefined;
  /** The number of ranks that are not masked. */
  readonly size: number;
}

/**
 * Makes the image of one project into an image for another one, which has the records of `records`
 * with the same content, and none of the other records. Only two columns differ.
 */
export function* adoptImage(theirs: Image, records: ReadonlyMap<ProjectPath, AdoptedRecord>): Generator<void, AdoptedImage, undefined> {
  const revisions = new ColumnWriter();
  const modified = new ColumnWriter();
  const masked = new Uint32Array(Math.ceil(theirs.count / 32));
  let size = 0;
  const cursor = new TextCursor(theirs.paths, 0);
  for (let rank = 0; rank < theirs.count && cursor.next(); rank++) {
    const record = records.get(cursor.text() as ProjectPath);
    if (record === undefined) setBit(masked, rank);
    else size++;
    revisions.push(record?.revision ?? 0);
    modified.push(record?.modifiedAt ?? 0);
    if (rank % RANKS_PER_STEP === 0) yield;
  }
  const segments = { ...segmentsOf(theirs), revisions: [yield* revisions.pack()], modified: [yield* modified.pack()] };
  const image = Image.of(yield* assembled(theirs.count, segments));
  return { image, masked: size === theirs.count ? undefined : masked, size };
}

const RANKS_PER_STEP = 512;

function segmentsOf({ memory }: Image): Record<SegmentName, readonly Uint8Array[]> {
  const starts = readHead(memory)?.starts;
  const ends = SEGMENTS.map((_, number) => starts?.[SEGMENTS[number + 1] as SegmentName] ?? memory.byteLength);
  return Object.fromEntries(
    SEGMENTS.map((name, number) => {
      const start = starts?.[name] ?? 0;
      return [name, [new Uint8Array(memory, start, (ends[number] as number) - start)]];
    }),
  ) as unknown as Record<SegmentName, readonly Uint8Array[]>;
}
