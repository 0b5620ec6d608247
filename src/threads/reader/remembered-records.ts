import type { FileMetadata } from "../../record/file-metadata.ts";
import { weighRecord } from "../../record/weight.ts";

/** A record, and the revision of its last change. */
export interface SharedRecord {
  readonly record: FileMetadata;
  readonly revision: number;
}

/** The slot of a record in shared memory, and the slot's version. */
export interface Remembered extends SharedRecord {
  readonly slot: number;
  readonly version: number;
}

/**
 * An entry of a list in the order of use. Each entry knows the ones used just before and just after
 * it.
 */
interface Entry {
  readonly remembered: Remembered;
  readonly bytes: number;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/**
 * The records that a reader has unpacked, up to a number of bytes. The least recently used record
 * leaves first.
 */
export class RememberedRecords {
  readonly #mostBytes: number;
  readonly #entries = new Map<string, Entry>();
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** The estimated memory of the records, as for the records of a cache. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts as a use. */
  get(path: string): Remembered | undefined {
    const entry = this.#entries.get(path);
    if (entry === undefined) return undefined;
    if (entry !== this.#newest) {
      this.#unlink(entry);
      this.#append(entry);
    }
    return entry.remembered;
  }

  /**
   * Remembers a record in place of an older record of its path. Does not remember a record heavier
   * than the limit.
   */
  add(remembered: Remembered): void {
    const { path } = remembered.record;
    this.delete(path);
    const bytes = this.#mostBytes === 0 ? Infinity : weighRecord(remembered.record);
    if (bytes > this.#mostBytes) return;
    const entry: Entry = { remembered, bytes, older: undefined, newer: undefined };
    this.#entries.set(path, entry);
    this.#append(entry);
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes && this.#oldest !== undefined) this.delete(this.#oldest.remembered.record.path);
  }

  delete(path: string): void {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    this.#entries.delete(path);
    this.#unlink(entry);
    this.#bytes -= entry.bytes;
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = this.#newest = undefined;
    this.#bytes = 0;
  }

  #append(entry: Entry): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink({ older, newer }: Entry): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}
