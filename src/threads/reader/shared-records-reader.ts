import { adoptOrParse } from "../../record/adopt-file-metadata.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { hashPath, PROBES, readSlot, type SharedRecordsMemory, VERSION } from "../protocol/shared-records.ts";

/** A record and the revision of its last change. */
export interface SharedRecord {
  readonly record: FileMetadata;
  readonly revision: number;
}

interface Remembered extends SharedRecord {
  readonly slot: number;
  readonly version: number;
}

const MAX_REMEMBERED = 1_000;

/**
 * A reader's side: finds records in shared memory, and remembers some that it has unpacked. What is remembered is handed out as long as
 * the version of its slot stands: then the shared record is the very same.
 */
export class SharedRecordsReader {
  readonly #slots: Int32Array;
  readonly #ring: Int32Array;
  readonly #decoder = new TextDecoder();
  readonly #remembered = new Map<string, Remembered>();

  constructor({ slots, ring }: SharedRecordsMemory) {
    this.#slots = new Int32Array(slots);
    this.#ring = new Int32Array(ring);
  }

  /** Cost: one look-up and one atomic load for what was asked before and has not changed. */
  get(path: string): SharedRecord | undefined {
    const remembered = this.#remembered.get(path);
    if (remembered !== undefined && Atomics.load(this.#slots, remembered.slot + VERSION) === remembered.version) return remembered;
    return this.#unpack(path);
  }

  forget(): void {
    this.#remembered.clear();
  }

  #unpack(path: string): SharedRecord | undefined {
    this.#remembered.delete(path);
    const hash = hashPath(path);
    for (let probe = 0; probe < PROBES; probe++) {
      const packed = readSlot({ slots: this.#slots, ring: this.#ring }, hash, probe);
      if (packed === undefined) continue;
      const json = this.#decoder.decode(packed.bytes);
      const record = adoptOrParse(JSON.parse(json) as object, json);
      // Two paths may have one hash.
      if (record.path !== path) continue;
      const { slot, version, revision } = packed;
      if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.delete(this.#remembered.keys().next().value as string);
      const found: Remembered = { record, revision, slot, version };
      this.#remembered.set(path, found);
      return found;
    }
    return undefined;
  }
}
