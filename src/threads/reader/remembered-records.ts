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

interface Entry {
  readonly remembered: Remembered;
  readonly bytes: number;
  isUsed: boolean;
}

/**
 * The records that a reader has unpacked, up to a number of bytes. The oldest record leaves first,
 * but a record that was used meanwhile becomes the newest instead (second chance, Corbató 1968). So
 * a use only sets a flag.
 */
export class RememberedRecords {
  readonly #mostBytes: number;
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>();
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
    entry.isUsed = true;
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
    while (this.#bytes + bytes > this.#mostBytes) this.#dropOldest();
    this.#entries.set(path, { remembered, bytes, isUsed: false });
    this.#bytes += bytes;
  }

  delete(path: string): void {
    this.#bytes -= this.#entries.get(path)?.bytes ?? 0;
    this.#entries.delete(path);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** Drops the oldest record that was not used since it was added, or since the last round. */
  #dropOldest(): void {
    for (const [path, entry] of this.#entries) {
      this.delete(path);
      if (!entry.isUsed) return;
      entry.isUsed = false;
      this.#entries.set(path, entry);
      this.#bytes += entry.bytes;
    }
  }
}
