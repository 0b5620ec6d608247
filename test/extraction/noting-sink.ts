import type { Fingerprint, NotedState } from "../../src/record/fingerprint.ts";
import type { FinishedRun, SourceNotes } from "../../src/extraction/run/record-sink.ts";
import type { SkippedPath } from "../../src/extraction/run/skip-reason.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { MapSink } from "./map-sink.ts";

/** A map that keeps notes of the tree as well. */
export class NotingSink extends MapSink {
  readonly states: Map<string, string> = new Map();
  readonly begun: { readonly root: string; readonly begunAt: number }[] = [];
  readonly finished: { readonly run: FinishedRun; readonly skipped: readonly SkippedPath[] }[] = [];
  readonly touched: string[] = [];
  /** What was kept, and what others are said to have. */
  readonly extracted: FileMetadata[] = [];
  readonly source: SourceNotes = {
    begin: async (run) => void this.begun.push(run),
    end: async (run, skipped) => void this.finished.push({ run, skipped }),
    noteStates: async (states: readonly NotedState[]) => {
      for (const { path, state } of states) this.states.set(path, state);
    },
    hasExtracted: async () => this.extracted.length > 0,
    extracted: async (contents) => {
      const wanted = new Set(contents.map(({ digest, language }) => digest + language));
      return this.extracted.filter(({ digest, language }) => wanted.has(digest + language));
    },
    keep: async (paths) => {
      for (const path of paths) {
        const record = this.records.get(path);
        if (record !== undefined) this.extracted.push(record);
      }
    },
    touch: async (files) => {
      for (const { path, modifiedAt } of files) {
        const record = this.records.get(path);
        if (record !== undefined) this.records.set(path, { ...record, modifiedAt });
        this.touched.push(path);
      }
    },
  };

  override async *fingerprints(): AsyncIterable<readonly Fingerprint[]> {
    for await (const page of super.fingerprints()) {
      yield page.map((known) => ({ ...known, ...(this.states.has(known.path) && { state: this.states.get(known.path) ?? "" }) }));
    }
  }

  override remove(paths: readonly ProjectPath[]): Promise<unknown> {
    for (const path of paths) this.states.delete(path);
    return super.remove(paths);
  }
}
