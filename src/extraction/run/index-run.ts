import type { Fingerprint } from "../../record/fingerprint.ts";
import { compareValues } from "../../base/text/text-order.ts";
import { readdir } from "node:fs/promises";

import { unreachable } from "../../base/assert.ts";
import { type Clock, millisecondsSince } from "../../base/clock.ts";
import { isMetacacheError } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { Extraction } from "../pool/extraction-pool.ts";
import type { ExtractionOutcome } from "../extract-source-file.ts";
import { type FileState, inspectFile } from "./file-state.ts";
import type { IndexReport } from "./index-report.ts";
import { readSourceFile } from "../read-source-file.ts";
import type { RecordSink } from "./record-sink.ts";
import { RecordWriter } from "./record-writer.ts";
import { keepsRecord, type SkippedPath } from "./skip-reason.ts";
import type { SourceFile } from "../tree/source-file.ts";
import { listSourceTree, resolveRoot, type SourceTree } from "../tree/source-tree.ts";
import { takeOver } from "./taken-over.ts";
import { isGone, lookAtUnlisted } from "../tree/unlisted-files.ts";

/** How far a run has come. */
export interface IndexProgress {
  /** What the run does now. */
  readonly phase: "comparing" | "extracting" | "listing" | "removing";
  /** How many files of this phase are done. */
  readonly done: number;
  /** How many files this phase has. */
  readonly total: number;
  /** The file that was done last. */
  readonly path?: ProjectPath;
}

export interface IndexSettings {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IndexProgress) => void;
  readonly maxFileBytes: number;
  /** Reads and extracts every file, even if its record is known to be right. */
  readonly force?: boolean;
  /** Patterns of files to leave out. */
  readonly exclude?: readonly string[];
  /** The languages that get records. Default: all. `languageOf` returns the language of a file. */
  readonly languages?: readonly string[] | undefined;
  readonly languageOf?: (file: SourceFile) => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly extractorVersion: string;
  /**
   * Lists the tree, or the part of it that this run is about. If it is a part, the sink must know
   * only the files of that part. Default: the whole tree.
   */
  readonly list?: (root: string) => Promise<SourceTree>;
  /**
   * Called at most once for each part of the tree, with the real path of the root and the number of
   * files to extract.
   */
  readonly openExtraction: (root: string, files: number) => Extraction;
}

/** A file that must be read, and the fingerprint that the sink has of it. */
export interface StaleFile {
  readonly path: ProjectPath;
  readonly known: Fingerprint | undefined;
}

/**
 * One run over one tree: lists the files, compares them with the fingerprints of the sink, extracts
 * what differs, and removes the records of files that are gone.
 */
export class IndexRun {
  readonly #sink: RecordSink;
  readonly #settings: IndexSettings;
  readonly #writer: RecordWriter;
  readonly #skipped: SkippedPath[] = [];
  readonly #warnings: string[] = [];
  /**
   * The records of the sink that this run has not yet found in the tree. At the end, they may have
   * to be removed.
   */
  readonly #unseen = new Map<ProjectPath, Fingerprint>();
  #removed = 0;
  #takenOver = 0;

  constructor(sink: RecordSink, settings: IndexSettings) {
    this.#sink = sink;
    this.#settings = settings;
    this.#writer = new RecordWriter(sink);
  }

  async run(givenRoot: string): Promise<IndexReport> {
    const { clock } = this.#settings;
    const started = clock.microseconds();
    const begunAt = clock.now();
    const root = await resolveRoot(givenRoot);
    if (!this.#aborted) await this.#sink.source?.begin({ root, begunAt });
    // Must happen before the list is made: so this list cannot lack a file whose record another run
    // stores later.
    await this.#loadKnown();
    const tree = await this.#list(root);
    if (tree !== undefined) {
      for (const warning of tree.warnings) this.#warn(warning);
      this.#skipped.push(...tree.skipped);
      await this.#process(root, tree.paths);
      await this.#removeVanished(root, tree);
      if (!this.#aborted) await this.#writer.flush();
    }
    const report: IndexReport = {
      root,
      method: tree?.method ?? "walk",
      isTrusted: tree?.isTrusted ?? false,
      ...this.#writer.written.report(),
      removed: this.#removed,
      takenOver: this.#takenOver,
      skipped: this.#skipped.toSorted((a, b) => compareValues(a.path, b.path)),
      warnings: this.#warnings,
      aborted: this.#aborted,
      elapsedMs: millisecondsSince(started, clock),
    };
    if (!report.aborted) await this.#noteEnd(report, begunAt);
    return report;
  }

  async #noteEnd({ root, method, isTrusted, files, skipped }: IndexReport, begunAt: number): Promise<void> {
    const endedAt = this.#settings.clock.now();
    await this.#sink.source?.end({ root, begunAt, endedAt, lister: method, isTrusted, files, skipped: skipped.length }, skipped);
  }

  get #aborted(): boolean {
    return this.#settings.signal?.aborted === true;
  }

  #warn(warning: string): void {
    this.#settings.logger.warn(warning);
    this.#warnings.push(warning);
  }

  async #list(root: string): Promise<SourceTree | undefined> {
    if (this.#aborted) return undefined;
    this.#settings.onProgress?.({ phase: "listing", done: 0, total: 0 });
    try {
      return await (this.#settings.list?.(root) ?? listSourceTree(root, this.#settings));
    } catch (error) {
      if (this.#aborted) return undefined;
      throw error;
    }
  }

  async #loadKnown(): Promise<void> {
    if (this.#aborted) return;
    for await (const page of this.#sink.fingerprints()) {
      for (const known of page) this.#unseen.set(known.path, known);
      if (this.#aborted) return;
    }
  }

  async #process(root: string, paths: readonly ProjectPath[]): Promise<void> {
    const stale = await this.#compare(root, paths);
    await this.#extract(root, await this.#screen(root, await this.#takeOver(root, stale)));
  }

  /**
   * Looks at every file without reading any. Returns the files that are not known to be unchanged.
   */
  async #compare(root: string, paths: readonly ProjectPath[]): Promise<readonly StaleFile[]> {
    const stale: StaleFile[] = [];
    for (let start = 0; start < paths.length && !this.#aborted; start += INSPECTED_AT_ONCE) {
      const slice = paths.slice(start, start + INSPECTED_AT_ONCE);
      const states = await Promise.all(slice.map((path) => inspectFile(root, path, this.#settings.maxFileBytes)));
      for (const [index, path] of slice.entries()) {
        const state = states[index];
        if (state === undefined || state.kind === "absent") continue;
        const known = this.#unseen.get(path);
        if (state.kind === "skipped") this.#skip(path, state);
        else if (this.#isUnchanged(state, known)) await this.#keep(path, undefined);
        else stale.push({ path, known });
      }
      this.#settings.onProgress?.({ phase: "comparing", done: start + slice.length, total: paths.length, ...last(slice) });
    }
    return stale;
  }

  /**
   * Compares the file with its record by the facts of the file system. A sink without source notes
   * knows only size and time.
   */
  #isUnchanged(file: FileState & { readonly kind: "file" }, known: Fingerprint | undefined): boolean {
    if (known === undefined || !this.#isUsable(known)) return false;
    if (known.size !== file.size || known.modifiedAt !== file.modifiedAt) return false;
    if (this.#sink.source !== undefined) return known.state === file.state;
    // A time in the future proves nothing: the next write may produce the same time.
    return file.modifiedAt <= this.#settings.clock.now();
  }

  /** True if this extractor would make the known record again from the same bytes. */
  #isUsable({ extractorVersion, problems, language }: Fingerprint): boolean {
    const { force, languages } = this.#settings;
    if (force === true || extractorVersion !== this.#settings.extractorVersion) return false;
    // Another run may have the time that this run did not have.
    return !problems.includes("time-budget") && (languages?.includes(language) ?? true);
  }

  /** Takes over the records that the sink has of the same bytes. Returns the other files. */
  async #takeOver(root: string, stale: readonly StaleFile[]): Promise<readonly StaleFile[]> {
    const { source } = this.#sink;
    const { languageOf, force } = this.#settings;
    if (source === undefined || languageOf === undefined || force === true || this.#aborted) return stale;
    const writer = this.#writer;
    const { taken, left } = await takeOver(stale, { ...this.#settings, root, source, writer, languageOf, isOver: () => this.#aborted });
    for (const path of taken) this.#unseen.delete(path);
    this.#takenOver += taken.length;
    return left;
  }

  /**
   * Reads files until one must be extracted, and returns that file and those after it. An unchanged
   * tree may have pictures, which have no record to compare with. They must not cost the start of a
   * thread.
   */
  async #screen(root: string, stale: readonly StaleFile[]): Promise<readonly StaleFile[]> {
    const { maxFileBytes, clock } = this.#settings;
    for (const [index, { path, known }] of stale.entries()) {
      if (this.#aborted) return [];
      const read = await readSourceFile(root, path, maxFileBytes, clock);
      if (read.kind === "skipped") this.#skip(path, read);
      else if (read.kind === "read" && !(await this.#needsNoExtraction(read.file, known))) return stale.slice(index);
      await clock.yield();
    }
    return [];
  }

  async #needsNoExtraction(file: SourceFile, known: Fingerprint | undefined): Promise<boolean> {
    const { path, modifiedAt, state } = file;
    if (known !== undefined && known.digest === file.digest && this.#isUsable(known)) {
      if (known.modifiedAt !== modifiedAt) return this.#touch(known, modifiedAt, state);
      await this.#keep(path, state);
      return true;
    }
    const { languages, languageOf } = this.#settings;
    if (languages === undefined || languageOf === undefined || languages.includes(languageOf(file))) return false;
    this.#skip(path, { reason: "language" });
    return true;
  }

  async #extract(root: string, stale: readonly StaleFile[]): Promise<void> {
    if (stale.length === 0 || this.#aborted) return;
    const extraction = this.#settings.openExtraction(root, stale.length);
    const stop = (): void => void extraction.close();
    this.#settings.signal?.addEventListener("abort", stop, { once: true });
    let next = 0;
    let done = 0;
    let failed = false;
    const lane = async (): Promise<void> => {
      for (let file = stale[next++]; file !== undefined && !failed && !this.#aborted; file = stale[next++]) {
        try {
          await this.#extractFile(file, extraction);
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
      if (!this.#aborted) await this.#writer.flush();
    } finally {
      this.#settings.signal?.removeEventListener("abort", stop);
      await extraction.close();
    }
  }

  async #extractFile({ path, known }: StaleFile, extraction: Extraction): Promise<void> {
    const isUsable = known !== undefined && this.#isUsable(known);
    const outcome = await extraction.extract(isUsable ? { path, known: { digest: known.digest, modifiedAt: known.modifiedAt } } : { path });
    if (outcome.kind !== "touched") return this.#take(path, known, outcome);
    // A sink without source notes takes only a whole record, even if just the time is new.
    if (known === undefined || (await this.#touch(known, outcome.modifiedAt, outcome.state))) return;
    await this.#take(path, known, await extraction.extract({ path }));
  }

  async #take(path: ProjectPath, known: Fingerprint | undefined, outcome: ExtractionOutcome): Promise<void> {
    switch (outcome.kind) {
      case "absent":
      case "touched":
        return;
      case "unchanged":
        return this.#keep(path, outcome.state);
      case "skipped":
        return this.#skip(path, outcome);
      case "extracted":
        break;
      default:
        return unreachable(outcome);
    }
    const { record, state } = outcome;
    const isCut = record.problems.includes("time-budget");
    // A record that had enough time is better, even if an older extractor made it. The next run
    // tries again.
    if (isCut && known?.digest === record.digest && !known.problems.includes("time-budget")) return this.#keep(path, undefined);
    this.#unseen.delete(path);
    const refusal = await this.#writer.add(record, known, isCut ? undefined : state);
    if (refusal !== undefined) this.#skip(path, { reason: "extractor-failed", detail: refusal });
  }

  /**
   * Removes the records of files that are gone, and of files that the tree no longer includes.
   * Looks at each of these files first.
   */
  async #removeVanished(root: string, tree: SourceTree): Promise<void> {
    if (this.#aborted || this.#unseen.size === 0) return;
    const { gone, present, unreadable } = await lookAtUnlisted(root, this.#unseen.keys());
    if ((await readdir(root)).length === 0) {
      return this.#warn(
        `${root} is empty: nothing was removed, because a disk may be missing there. If the files are gone, clear the project`,
      );
    }
    const reported = new Set(this.#skipped.map(({ path }) => path));
    this.#skipped.push(...unreadable.filter(({ path }) => !reported.has(path)));
    const leftOut = await this.#findLeftOut(root, tree, present, reported);
    const total = gone.length + leftOut.length;
    await this.#remove(root, gone, total, true);
    await this.#remove(root, leftOut, total, false);
  }

  /**
   * Returns the files that exist but no longer belong to the tree. `present` are the files that
   * exist and were not listed.
   */
  async #findLeftOut(
    root: string,
    tree: SourceTree,
    present: readonly ProjectPath[],
    judged: ReadonlySet<string>,
  ): Promise<readonly ProjectPath[]> {
    // The run has judged these itself: too large, a symbolic link, …
    const leftOut = present.filter((path) => judged.has(path));
    const others = present.filter((path) => !judged.has(path));
    if (others.length === 0) return leftOut;
    // The list may be older than the files. Only a list that was made after they were seen proves
    // that they do not belong to the tree.
    const again = tree.isTrusted ? await this.#list(root) : undefined;
    if (this.#aborted) return [];
    if (again?.isTrusted !== true) {
      this.#warn(`the list of files may lack some: ${others.length} records of files that exist were kept, such as ${others[0]}`);
      return leftOut;
    }
    const listed = new Set(again.paths);
    await this.#process(
      root,
      others.filter((path) => listed.has(path)),
    );
    return [...leftOut, ...others.filter((path) => !listed.has(path))];
  }

  async #remove(root: string, paths: readonly ProjectPath[], total: number, mustBeGone: boolean): Promise<void> {
    for (let start = 0; start < paths.length && !this.#aborted; start += REMOVED_AT_ONCE) {
      const slice = paths.slice(start, start + REMOVED_AT_ONCE);
      const gone: ProjectPath[] = [];
      for (const path of slice) if (!mustBeGone || (await isGone(root, path))) gone.push(path);
      if (gone.length > 0) {
        await this.#sink.source?.keep(gone);
        await this.#sink.remove(gone);
      }
      this.#removed += gone.length;
      this.#settings.onProgress?.({ phase: "removing", done: this.#removed, total, ...last(slice) });
    }
  }

  async #keep(path: ProjectPath, state: string | undefined): Promise<void> {
    this.#unseen.delete(path);
    await this.#writer.keep(path, state);
  }

  async #touch(known: Fingerprint, modifiedAt: number, state: string | undefined): Promise<boolean> {
    if (!(await this.#writer.touch(known, modifiedAt, state))) return false;
    this.#unseen.delete(known.path);
    return true;
  }

  #skip(path: ProjectPath, { reason, detail, size }: Omit<SkippedPath, "path">): void {
    this.#skipped.push({ path, reason, ...(detail !== undefined && { detail }), ...(size !== undefined && { size }) });
    if (keepsRecord(reason)) this.#unseen.delete(path);
  }
}

const INSPECTED_AT_ONCE = 64;
const REMOVED_AT_ONCE = 1_000;

function last(paths: readonly ProjectPath[]): { readonly path?: ProjectPath } {
  const path = paths.at(-1);
  return path === undefined ? {} : { path };
}
