import { unreachable } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";
import { isMetacacheError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { FileMetadata } from "../model/file-metadata.ts";
import { parseFileMetadata } from "../model/parse-file-metadata.ts";
import { comparePaths, type ProjectPath } from "../model/project-path.ts";
import type { Extraction } from "./extraction-pool.ts";
import { inspectFile } from "./file-state.ts";
import { WrittenRecords, type IndexReport } from "./index-report.ts";
import { readSourceFile } from "./read-source-file.ts";
import { RecordBatches } from "./record-batches.ts";
import type { KnownFile, RecordSink } from "./record-sink.ts";
import { keepsRecord, type SkippedPath } from "./skip-reason.ts";
import type { SourceFile } from "./source-file.ts";
import { listSourceTree, resolveRoot, type SourceTree } from "./source-tree.ts";
import { findVanished } from "./vanished-files.ts";

export interface IndexProgress {
  readonly phase: "comparing" | "extracting" | "listing" | "removing";
  readonly done: number;
  readonly total: number;
  /** The file that was done last. */
  readonly path?: ProjectPath;
}

export interface IndexSettings {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
  readonly maxFileBytes: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly extractorVersion: string;
  /** Called at most once, with the root's real path and how many files there are to be looked at. */
  readonly openExtraction: (root: string, files: number) => Extraction;
}

/** A file that has to be read, with what is known of it. */
interface StaleFile {
  readonly path: ProjectPath;
  readonly known: KnownFile | undefined;
}

/** One run over one tree: list, compare with what is known, extract what differs, remove what is gone. */
export class IndexRun {
  readonly #sink: RecordSink;
  readonly #settings: IndexSettings;
  readonly #written = new WrittenRecords();
  readonly #skipped: SkippedPath[] = [];
  /** What the sink knows and this run has not yet found in the tree: in the end, what is to be removed. */
  readonly #unseen = new Map<ProjectPath, KnownFile>();
  readonly #known = new Set<ProjectPath>();
  #files = 0;
  #unchanged = 0;
  #removed = 0;

  constructor(sink: RecordSink, settings: IndexSettings) {
    this.#sink = sink;
    this.#settings = settings;
  }

  async run(givenRoot: string): Promise<IndexReport> {
    const { clock, logger } = this.#settings;
    const started = clock.now();
    const root = await resolveRoot(givenRoot);
    const tree = await this.#list(root);
    if (tree !== undefined) {
      for (const warning of tree.warnings) logger.warn(warning);
      this.#skipped.push(...tree.skipped);
      await this.#loadKnown();
      const stale = await this.#compare(root, tree.paths);
      await this.#extract(root, await this.#screen(root, stale));
      await this.#removeVanished(root);
    }
    return {
      root,
      method: tree?.method ?? "walk",
      files: this.#files,
      ...this.#written.report(),
      unchanged: this.#unchanged,
      removed: this.#removed,
      skipped: this.#skipped.toSorted((a, b) => comparePaths(a.path, b.path)),
      warnings: tree?.warnings ?? [],
      aborted: this.#aborted,
      elapsedMs: clock.now() - started,
    };
  }

  get #aborted(): boolean {
    return this.#settings.signal?.aborted === true;
  }

  async #list(root: string): Promise<SourceTree | undefined> {
    if (this.#aborted) return undefined;
    this.#settings.onProgress?.({ phase: "listing", done: 0, total: 0 });
    try {
      return await listSourceTree(root, this.#settings);
    } catch (error) {
      if (this.#aborted) return undefined;
      throw error;
    }
  }

  async #loadKnown(): Promise<void> {
    for await (const page of this.#sink.fingerprints()) {
      for (const known of page) this.#unseen.set(known.path, known);
      if (this.#aborted) return;
    }
    for (const path of this.#unseen.keys()) this.#known.add(path);
  }

  /** Looks at every file without reading any; returns those that are not known to be unchanged. */
  async #compare(root: string, paths: readonly ProjectPath[]): Promise<readonly StaleFile[]> {
    const stale: StaleFile[] = [];
    for (let start = 0; start < paths.length && !this.#aborted; start += INSPECTED_AT_ONCE) {
      const slice = paths.slice(start, start + INSPECTED_AT_ONCE);
      const states = await Promise.all(slice.map((path) => inspectFile(root, path, this.#settings.maxFileBytes)));
      const now = this.#settings.clock.now();
      for (const [index, path] of slice.entries()) {
        const state = states[index];
        if (state === undefined || state.kind === "absent") continue;
        if (state.kind === "skipped") {
          this.#skip(path, state);
          continue;
        }
        this.#files++;
        const known = this.#unseen.get(path);
        // A time in the future says nothing: the next write may well bring the same one about.
        const isUnchanged =
          known?.size === state.size &&
          known.modifiedAt === state.modifiedAt &&
          known.extractorVersion === this.#settings.extractorVersion &&
          state.modifiedAt <= now;
        if (isUnchanged) this.#keep(path);
        else stale.push({ path, known });
      }
      this.#settings.onProgress?.({ phase: "comparing", done: start + slice.length, total: paths.length, ...last(slice) });
    }
    return stale;
  }

  /**
   * Reads files until one has to be extracted, and returns those from it on: an unchanged tree with pictures in it,
   * which are known by nothing, must not cost the start of a thread.
   */
  async #screen(root: string, stale: readonly StaleFile[]): Promise<readonly StaleFile[]> {
    const { maxFileBytes, clock } = this.#settings;
    for (const [index, { path, known }] of stale.entries()) {
      if (this.#aborted) return [];
      const read = await readSourceFile(root, path, maxFileBytes, clock);
      if (read.kind === "skipped") this.#skip(path, read);
      else if (read.kind === "read" && !this.#isKnown(read.file, known)) return stale.slice(index);
      else if (read.kind === "read") this.#keep(path);
      await clock.yield();
    }
    return [];
  }

  #isKnown({ digest, modifiedAt }: SourceFile, known: KnownFile | undefined): boolean {
    return known?.digest === digest && known.modifiedAt === modifiedAt && known.extractorVersion === this.#settings.extractorVersion;
  }

  async #extract(root: string, stale: readonly StaleFile[]): Promise<void> {
    if (stale.length === 0 || this.#aborted) return;
    const batches = new RecordBatches(this.#sink, (records) => {
      for (const record of records) this.#written.count(record, this.#known.has(record.path));
    });
    const extraction = this.#settings.openExtraction(root, stale.length);
    const stop = (): void => void extraction.close();
    this.#settings.signal?.addEventListener("abort", stop, { once: true });
    let next = 0;
    let done = 0;
    let failed = false;
    const lane = async (): Promise<void> => {
      for (let file = stale[next++]; file !== undefined && !failed && !this.#aborted; file = stale[next++]) {
        try {
          await this.#extractFile(file, extraction, batches);
        } catch (error) {
          if (this.#aborted && isMetacacheError(error, "E_CLOSED")) return;
          failed = true;
          throw error;
        }
        this.#settings.onProgress?.({ phase: "extracting", done: ++done, total: stale.length, path: file.path });
      }
    };
    try {
      const lanes = await Promise.allSettled(Array.from({ length: Math.min(extraction.lanes, stale.length) }, lane));
      for (const result of lanes) if (result.status === "rejected") throw result.reason;
      if (!this.#aborted) await batches.flush();
    } finally {
      this.#settings.signal?.removeEventListener("abort", stop);
      await extraction.close();
    }
  }

  async #extractFile({ path, known }: StaleFile, extraction: Extraction, batches: RecordBatches): Promise<void> {
    const isOurs = known?.extractorVersion === this.#settings.extractorVersion;
    const task = isOurs ? { path, known: { digest: known.digest, modifiedAt: known.modifiedAt } } : { path };
    const outcome = await extraction.extract(task);
    switch (outcome.kind) {
      case "absent":
        return;
      case "unchanged":
        return this.#keep(path);
      case "skipped":
        return this.#skip(path, outcome);
      case "extracted":
        return this.#send(path, outcome.record, batches);
      default:
        return unreachable(outcome);
    }
  }

  /** A record that the sink would refuse would take its whole batch with it: it is found out here. */
  async #send(path: ProjectPath, made: FileMetadata, batches: RecordBatches): Promise<void> {
    let record: FileMetadata;
    try {
      record = parseFileMetadata(made);
    } catch (error) {
      if (!isMetacacheError(error)) throw error;
      return this.#skip(path, { reason: "extractor-failed", detail: messageOf(error) });
    }
    this.#unseen.delete(path);
    await batches.add(record);
  }

  async #removeVanished(root: string): Promise<void> {
    if (this.#aborted) return;
    const { gone, unreadable } = await findVanished(root, this.#unseen.keys());
    const reported = new Set(this.#skipped.map((skipped) => skipped.path));
    this.#skipped.push(...unreadable.filter((directory) => !reported.has(directory.path)));
    for (let start = 0; start < gone.length && !this.#aborted; start += REMOVED_AT_ONCE) {
      const slice = gone.slice(start, start + REMOVED_AT_ONCE);
      await this.#sink.remove(slice);
      this.#removed += slice.length;
      this.#settings.onProgress?.({ phase: "removing", done: this.#removed, total: gone.length, ...last(slice) });
    }
  }

  #keep(path: ProjectPath): void {
    this.#unchanged++;
    this.#unseen.delete(path);
  }

  #skip(path: ProjectPath, { reason, detail }: Pick<SkippedPath, "reason" | "detail">): void {
    this.#skipped.push({ path, reason, ...(detail !== undefined && { detail }) });
    if (keepsRecord(reason)) this.#unseen.delete(path);
  }
}

const INSPECTED_AT_ONCE = 64;
const REMOVED_AT_ONCE = 1_000;

function last(paths: readonly ProjectPath[]): { readonly path?: ProjectPath } {
  const path = paths.at(-1);
  return path === undefined ? {} : { path };
}
