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
interface Link {
  readonly remembered: Remembered;
  readonly bytes: number;
  older: Link | undefined;
  newer: Link | undefined;
}

/** The records that a reader has unpacked, as many as fit into some bytes: the least recently used leaves first. */
export class RememberedRecords {
  readonly #mostBytes: number;
  readonly #links = new Map<string, Link>();
  #oldest: Link | undefined;
  #newest: Link | undefined;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get count(): number {
    return this.#links.size;
  }

  /** As estimated, like the records of a cache. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts as a use. */
  get(path: string): Remembered | undefined {
    const link = this.#links.get(path);
    if (link === undefined) return undefined;
    if (link !== this.#newest) {
      this.#unlink(link);
      this.#append(link);
    }
    return link.remembered;
  }

  /** In the place of what was remembered of its path. What is heavier than all that fits is not remembered. */
  add(remembered: Remembered): void {
    const { path } = remembered.record;
    this.delete(path);
    const bytes = this.#mostBytes === 0 ? Infinity : weighRecord(remembered.record);
    if (bytes > this.#mostBytes) return;
    const link: Link = { remembered, bytes, older: undefined, newer: undefined };
    this.#links.set(path, link);
    this.#append(link);
    this.#bytes += bytes;
    while (this.#bytes > this.#mostBytes && this.#oldest !== undefined) this.delete(this.#oldest.remembered.record.path);
  }

  delete(path: string): void {
    const link = this.#links.get(path);
    if (link === undefined) return;
    this.#links.delete(path);
    this.#unlink(link);
    this.#bytes -= link.bytes;
  }

  clear(): void {
    this.#links.clear();
    this.#oldest = this.#newest = undefined;
    this.#bytes = 0;
  }

  #append(link: Link): void {
    link.older = this.#newest;
    link.newer = undefined;
    if (this.#newest === undefined) this.#oldest = link;
    else this.#newest.newer = link;
    this.#newest = link;
  }

  #unlink({ older, newer }: Link): void {
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }
}
