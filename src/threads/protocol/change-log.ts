import { assert } from "../../base/assert.ts";
import type { StoredChange } from "../../database/metadata-database.ts";
import { IndexManager } from "../../indexing/index-manager.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { type RecordTerms, termsOf } from "../../record/terms.ts";
import { QueryEngine } from "../../query/query-engine.ts";
import type { ImageReader } from "../reader/image-reader.ts";

/** What has changed since an image was packed, one line of JSON a change: the path and the revision, and of what is no deletion also what the index knows. */
type LoggedChange = readonly [path: string, revision: number, ...rest: [] | [size: number, modifiedAt: number, terms: RecordTerms]];

const encoder = new TextEncoder();

export function encodeChange(change: StoredChange): Uint8Array {
  const record = "record" in change ? change.record : undefined;
  const logged: LoggedChange =
    record === undefined ? [change.path, change.revision] : [change.path, change.revision, record.size, record.modifiedAt, termsOf(record)];
  return encoder.encode(`${JSON.stringify(logged)}\n`);
}

/**
 * The changes since an image, as a reader knows them: a small index of its own for what is there now, and which of the image's records count no more. Follows the
 * log as far as it is told.
 */
export class ChangesSinceImage {
  readonly masked: Set<number> = new Set();
  readonly index: IndexManager = new IndexManager();
  readonly engine: QueryEngine = new QueryEngine(this.index);
  readonly #decoder = new TextDecoder();
  #read = 0;

  /** Takes in the log up to `bytes`. Precondition: the image is the one that the log belongs to. */
  follow(log: Uint8Array, bytes: number, image: ImageReader): void {
    if (bytes === this.#read) return;
    assert(bytes > this.#read && bytes <= log.length, "a log only grows, within its memory");
    const lines = this.#decoder.decode(log.slice(this.#read, bytes)).split("\n");
    assert(lines.pop() === "", "a log ends with a whole line");
    for (const line of lines) this.#apply(JSON.parse(line) as LoggedChange, image);
    this.#read = bytes;
  }

  #apply([path, revision, ...rest]: LoggedChange, image: ImageReader): void {
    const number = image.numberOf(path);
    if (number !== undefined) this.masked.add(number);
    const [size, modifiedAt, terms] = rest;
    if (size === undefined || modifiedAt === undefined || terms === undefined) this.index.remove(path as ProjectPath);
    else this.index.put({ path: path as ProjectPath, size, modifiedAt }, revision, terms);
  }
}
