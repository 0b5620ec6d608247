import type { Fingerprint } from "../../src/record/fingerprint.ts";
import type { RecordSink } from "../../src/extraction/run/record-sink.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";

/** The simplest sink that keeps its contract: a map. Records how it was called. */
export class MapSink implements RecordSink {
  readonly records: Map<ProjectPath, FileMetadata> = new Map();
  readonly updates: number[] = [];
  readonly removed: ProjectPath[] = [];

  async *fingerprints(): AsyncIterable<readonly Fingerprint[]> {
    const all = [...this.records.values()];
    for (let start = 0; start < all.length; start += 7) yield all.slice(start, start + 7);
  }

  update(records: readonly FileMetadata[]): Promise<unknown> {
    this.updates.push(records.length);
    for (const record of records) this.records.set(record.path, record);
    return Promise.resolve();
  }

  remove(paths: readonly ProjectPath[]): Promise<unknown> {
    for (const path of paths) {
      this.removed.push(path);
      this.records.delete(path);
    }
    return Promise.resolve();
  }

  /** All records in the order of their paths. */
  get content(): readonly FileMetadata[] {
    return [...this.records.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  get paths(): readonly string[] {
    return this.content.map(({ path }) => path);
  }
}
