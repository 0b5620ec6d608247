import type { IndexedFields } from "../../indexing/recent-records.ts";
import type { IndexManager } from "../../indexing/index-manager.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { RecordTerms } from "../../record/terms.ts";

/**
 * The whole index as other threads can read it: the images that it lies in, which of their ranks are masked, and a log of all other changes.
 * Nothing of it is ever written over. The log goes on, and the published says how far it is to be read.
 */
export interface Generation {
  /** From 1 on. No number is used twice. */
  readonly number: number;
  /** In the order of the index's layers. */
  readonly images: readonly SharedImage[];
  readonly log: SharedArrayBuffer;
  /** Where this generation's part of the log begins: first all records that are in no image, then what changes. */
  readonly logFrom: number;
}

export interface SharedImage {
  /** Two images have the same number only if they are the same image: a reader that has opened it goes on with that. */
  readonly serial: number;
  readonly memory: SharedArrayBuffer;
  /** One bit for each rank that was masked when the generation began; `undefined` if there was none. */
  readonly masked: SharedArrayBuffer | undefined;
}

/** A change as a line of JSON: the path and the revision and, if there is a record now, what the index knows of it. */
type LoggedChange = readonly [path: string, revision: number, ...rest: [] | [size: number, modifiedAt: number, terms: RecordTerms]];

export function encodePut({ path, size, modifiedAt }: IndexedFields, revision: number, terms: RecordTerms): Uint8Array {
  return encode([path, revision, size, modifiedAt, terms]);
}

export function encodeRemoval(path: ProjectPath, revision: number): Uint8Array {
  return encode([path, revision]);
}

/** Makes the changes of whole lines of a log. */
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
