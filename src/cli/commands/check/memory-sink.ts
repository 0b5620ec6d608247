import { checkedPart, type CheckedRecord } from "../../../check/checked-tree.ts";
import type { Fingerprint } from "../../../record/fingerprint.ts";
import type { RecordSink, SourceNotes } from "../../../extraction/run/record-sink.ts";
import type { FileMetadata } from "../../../record/file-metadata.ts";
import type { ProjectPath } from "../../../record/project-path.ts";

/**
 * Keeps the records of an indexing run in memory, with only the parts that the check reads. Writes
 * nothing.
 */
export class MemorySink implements RecordSink {
  readonly records: Map<string, CheckedRecord> = new Map();
  /** The fingerprints that the index had before the run. */
  readonly known: readonly Fingerprint[];
  /** Stores nothing about the run. */
  readonly source: SourceNotes = {
    begin: nothing,
    end: nothing,
    noteStates: nothing,
    hasOthers: () => Promise.resolve(false),
    copy: () => Promise.resolve([]),
    unreadable: () => Promise.resolve([]),
    keep: nothing,
    touch: nothing,
  };

  constructor(records: readonly CheckedRecord[], known: readonly Fingerprint[]) {
    for (const record of records) this.records.set(record.path, record);
    this.known = known.filter(({ path }) => this.records.has(path));
  }

  async *fingerprints(): AsyncGenerator<readonly Fingerprint[], void, undefined> {
    yield this.known;
  }

  update(records: readonly FileMetadata[]): Promise<void> {
    for (const record of records) this.records.set(record.path, checkedPart(record));
    return Promise.resolve();
  }

  remove(paths: readonly ProjectPath[]): Promise<void> {
    for (const path of paths) this.records.delete(path);
    return Promise.resolve();
  }
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
