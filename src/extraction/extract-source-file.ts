import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { EMPTY_HEADER_SECTIONS, type FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { readSourceFile } from "./read-source-file.ts";
import type { SkipReason } from "./run/skip-reason.ts";
import type { SourceFile } from "./tree/source-file.ts";

/** A file to be read and, unless it turns out to be what is known of it, extracted. */
export interface ExtractionTask {
  readonly path: ProjectPath;
  /** What the present extractor made a record of. */
  readonly known?: { readonly digest: string; readonly modifiedAt: number };
}

/** What became of a task. */
export type ExtractionOutcome =
  | { readonly kind: "extracted"; readonly record: FileMetadata; readonly state?: string }
  /** The record that is known is right: the same bytes and the same time. */
  | { readonly kind: "unchanged"; readonly state?: string }
  /** The record that is known is right but for the time. */
  | { readonly kind: "touched"; readonly modifiedAt: number; readonly state?: string }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly detail?: string; readonly size?: number }
  /** The file is gone. */
  | { readonly kind: "absent" };

/** What makes records of files: the `FileExtractor`, as far as this goes. */
export interface SourceExtractor {
  readonly version: string;
  languageOf(file: SourceFile): string;
  extract(file: SourceFile, budgetMs: number): Promise<FileMetadata>;
}

export interface ExtractionSettings {
  /** The real path of the source tree. */
  readonly root: string;
  readonly maxFileBytes: number;
  /** Milliseconds of the thread's own time that extracting one file may take. */
  readonly budgetMs: number;
  /** Files in other languages are skipped. */
  readonly languages?: readonly string[] | undefined;
}

/**
 * Reads one file and extracts it. What is wrong with the file is its outcome. With `outlineOnly` the record only says that the file is
 * there and that its extraction was given up. Rejects only with an error that leaves the extractor of no more use (`breaksParser`).
 */
export async function extractSourceFile(
  { path, known }: ExtractionTask,
  { root, maxFileBytes, budgetMs, languages }: ExtractionSettings,
  extractor: SourceExtractor,
  clock: Clock,
  outlineOnly: boolean = false,
): Promise<ExtractionOutcome> {
  const read = await readSourceFile(root, path, maxFileBytes, clock);
  if (read.kind !== "read") return read;
  const { file } = read;
  const state = file.state === undefined ? {} : { state: file.state };
  if (known?.digest === file.digest) {
    const { modifiedAt } = file;
    return known.modifiedAt === modifiedAt ? { kind: "unchanged", ...state } : { kind: "touched", modifiedAt, ...state };
  }
  if (languages !== undefined && !languages.includes(extractor.languageOf(file))) return { kind: "skipped", reason: "language" };
  if (outlineOnly) return { kind: "extracted", record: outlineOf(file, extractor) };
  try {
    return { kind: "extracted", record: await extractor.extract(file, budgetMs), ...state };
  } catch (error) {
    if (breaksParser(error)) throw error;
    return { kind: "skipped", reason: "extractor-failed", detail: messageOf(error) };
  }
}

/**
 * Whether the parser may be broken for every file that comes after. WebAssembly that was aborted stays in the middle of what it did, and so
 * does its stack if JavaScript's ended on the way through it: from then on every call may fail, or find what is not there.
 */
function breaksParser(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.name === "RuntimeError" || cause instanceof RangeError) return true;
  }
  return false;
}

function outlineOf(file: SourceFile, extractor: SourceExtractor): FileMetadata {
  return {
    path: file.path,
    language: extractor.languageOf(file),
    headerSections: EMPTY_HEADER_SECTIONS,
    functions: [],
    classes: [],
    symbols: [],
    references: [],
    headings: [],
    size: file.bytes.length,
    modifiedAt: file.modifiedAt,
    digest: file.digest,
    extractorVersion: extractor.version,
    problems: ["time-budget"],
  };
}
