import type { IndexedFields } from "../../indexing/layers/recent-records.ts";
import type { IndexManager } from "../../indexing/index-manager.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { RecordTerms } from "../../record/terms.ts";

/**
 * The whole index in a form that other threads can read: its images, their masked ranks, and a log
 * of all other changes. Nothing in it is ever overwritten. The log grows, and the published state
 * says how far to read it.
 */
export interface Generation {
  /** From 1 on. Each number is used only once. */
  readonly number: number;
  /** In the order of the index's layers. */
  readonly images: readonly SharedImage[];
  readonly log: SharedArrayBuffer;
  /**
   * The offset of this generation's part of the log. The part begins with all records that are in
   * no image. The changes follow.
   */
  readonly logFrom: number;
}

export interface SharedImage {
  /**
   * Two images have the same number only if they are the same image. A reader that has opened the
   * image before uses it again.
   */
  readonly serial: number;
  readonly memory: SharedArrayBuffer;
  /** One bit for each rank that was masked when the generation started; `undefined` if none was. */
  readonly masked: SharedArrayBuffer | undefined;
}

/**
 * A change as a line of JSON: the path, the revision and, if the record exists, everything that the
 * index knows of it.
 */
type LoggedChange = readonly [path: string, revision: number, ...rest: [] | [size: number, modifiedAt: number, terms: RecordTerms]];

export function encodePut({ path, size, modifiedAt }: IndexedFields, revision: number, terms: RecordTerms): Uint8Array {
  return encode([path, revision, size, modifiedAt, terms]);
}

export function encodeRemoval(path: ProjectPath, revision: number): Uint8Array {
  return encode([path, revision]);
}

/** Applies the changes in whole lines of a log. */
export function playLog(index: IndexManager, lines: Uint8Array): void {
  for (const line of decoder.decode(lines).split("\n")) {
    if (line === "") continue;
    const [path, revision, size, modifiedAt, terms] = JSON.parse(line) as LoggedChange;
    if (size === undefined || modifiedAt === undefined || terms === undefined) index.remove(path as ProjectPath);
    else index.put({ path: path as ProjectPath, size, modifiedAt }, revision, terms);
  }
}

function encode(change: LoggedChange): Uint8Array {
  return encoder.encode(`${JSON.stringify(change)}\n`);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
