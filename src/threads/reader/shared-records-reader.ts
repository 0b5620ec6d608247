import { unpackRecord } from "../../record/parsing/packed-record.ts";
import { hashPath, PROBES, type SharedRecordsMemory, SharedRecordsView } from "../protocol/shared-records.ts";
import { RememberedRecords, type SharedRecord } from "./remembered-records.ts";

/** The records that a reader remembers after unpacking them. */
export interface RememberedStatistics {
  /** The number of remembered records. */
  readonly records: number;
  /** Their estimated memory, in bytes. */
  readonly bytes: number;
  /** Reads that found the record remembered, and unchanged in shared memory. */
  readonly hits: number;
  /** All other reads. */
  readonly misses: number;
}

/**
 * A reader's side: finds records in shared memory, and remembers some of the records that it has
 * unpacked. A remembered record is returned as long as its slot has the same version: then the
 * shared record is the same one.
 */
export class SharedRecordsReader {
  readonly #view: SharedRecordsView;
  readonly #remembered: RememberedRecords;
  #hits = 0;
  #misses = 0;

  constructor(memory: SharedRecordsMemory, rememberBytes: number) {
    this.#view = new SharedRecordsView(memory);
    this.#remembered = new RememberedRecords(rememberBytes);
  }

  get statistics(): RememberedStatistics {
    const { count, bytes } = this.#remembered;
    return Object.freeze({ records: count, bytes, hits: this.#hits, misses: this.#misses });
  }

  /** Costs one look-up and one atomic load if the record was read before and has not changed. */
  get(path: string): SharedRecord | undefined {
    const remembered = this.#remembered.get(path);
    if (remembered !== undefined && this.#view.hasVersion(remembered.slot, remembered.version)) {
      this.#hits++;
      return remembered;
    }
    this.#misses++;
    return this.#unpack(path);
  }

  forget(): void {
    this.#remembered.clear();
  }

  #unpack(path: string): SharedRecord | undefined {
    const hash = hashPath(path);
    for (let probe = 0; probe < PROBES; probe++) {
      const found = this.#view.read(hash, probe);
      if (found === undefined) continue;
      const record = unpackRecord(found.packed);
      // Two paths may have the same hash.
      if (record.path !== path) continue;
      const { slot, version, revision } = found;
      const unpacked = { record, revision, slot, version };
      this.#remembered.add(unpacked);
      return unpacked;
    }
    this.#remembered.delete(path);
    return undefined;
  }
}
