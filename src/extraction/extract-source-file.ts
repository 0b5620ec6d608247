import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import { EMPTY_HEADER_SECTIONS, type FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { readSourceFile } from "./read-source-file.ts";
import type { SkipReason } from "./run/skip-reason.ts";
import type { SourceFile } from "./tree/source-file.ts";

/** A file to read. If it differs from what is known of it, it is also extracted. */
export interface ExtractionTask {
  readonly path: ProjectPath;
  /** What is known from a record of this version of the extractor. */
  readonly known?: { readonly digest: string; readonly modifiedAt: number };
}

/** The result of a task. */
export type ExtractionOutcome =
  | { readonly kind: "extracted"; readonly record: FileMetadata; readonly state?: string }
  /** The known record is right: the file has the same bytes and the same time. */
  | { readonly kind: "unchanged"; readonly state?: string }
  /** The known record is right, except for the time. */
  | { readonly kind: "touched"; readonly modifiedAt: number; readonly state?: string }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly detail?: string; readonly size?: number }
  /** The file does not exist any more. */
  | { readonly kind: "absent" };

/** The part of `FileExtractor` that makes records of files. */
export interface SourceExtractor {
  readonly version: string;
  languageOf(file: SourceFile): string;
  extract(file: SourceFile, budgetMs: number): Promise<FileMetadata>;
}

export interface ExtractionSettings {
  /** The real path of the source tree. */
  readonly root: string;
  readonly maxFileBytes: number;
  /** How many milliseconds of the thread's own time extracting one file may take. */
  readonly budgetMs: number;
  /** If given, files in other languages are skipped. */
  readonly languages?: readonly string[] | undefined;
}

/**
 * Reads one file and extracts it. A problem of the file is part of its outcome. With `outlineOnly`,
 * the record only says that the file exists and that its extraction was given up. Rejects only with
 * an error after which the extractor cannot be used any more (see `breaksParser`).
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
 * Returns true if the parser may be broken for every later file. If WebAssembly aborts, it stays in
 * the middle of its work. Its stack stays too if JavaScript's stack overflows during the call. From
 * then on, every call may fail or find things that do not exist.
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
