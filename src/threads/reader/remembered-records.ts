import type { FileMetadata } from "../../record/file-metadata.ts";
import { weighRecord } from "../../record/weight.ts";

/** A record and the revision of its last change. */
export interface SharedRecord {
  readonly record: FileMetadata;
  readonly revision: number;
}

/** Where a record stands in shared memory, and at which version of its slot. */
export interface Remembered extends SharedRecord {
  readonly slot: number;
  readonly version: number;
}

/** In the order of use: each knows the one that was used before it and the one that was used after it. */
interface Entry {
  readonly remembered: Remembered;
  readonly bytes: number;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/** The records that a reader has unpacked, as many as fit into some bytes: the least recently used leaves first. */
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

  /** As estimated, like the records of a cache. */
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

  /** In the place of what was remembered of its path. What is heavier than all that fits is not remembered. */
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
