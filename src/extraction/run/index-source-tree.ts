import { availableParallelism } from "node:os";

import { CLOCK_METHODS, systemClock, type Clock } from "../../base/clock.ts";
import { callHarmlessly } from "../../base/call-harmlessly.ts";
import { ConfigError, messageOf } from "../../base/errors.ts";
import { LOGGER_METHODS, silentLogger, withoutFailures, type Logger } from "../../base/logger.ts";
import { Problems, readInput } from "../../base/validation.ts";
import { ExtractionPool } from "../pool/extraction-pool.ts";
import { EXTRACTOR_VERSION } from "../file-extractor.ts";
import type { IndexReport } from "./index-report.ts";
import { IndexRun, type IndexProgress, type IndexSettings } from "./index-run.ts";
import { languageOfBytes } from "../languages/file-language.ts";
import { LANGUAGES } from "../languages/languages.ts";
import { TEXT_FORMATS } from "../languages/text-formats.ts";
import type { RecordSink } from "./record-sink.ts";

/** How to index a tree. */
export interface IndexOptions {
  /** Stops the run cleanly. The run then resolves with `aborted: true`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called very often, up to once for each file: the caller must drop what it does not need. Its
   * errors are logged.
   */
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined;
  /** Larger files are skipped. Default: 1 MiB. */
  readonly maxFileBytes?: number | undefined;
  /** Only files in these languages get records. Default: all. */
  readonly languages?: readonly string[] | undefined;
  /**
   * Patterns of files to leave out, in addition to those that the rules of the tree ignore. They
   * have the syntax of a `.gitignore` in the root.
   */
  readonly exclude?: readonly string[] | undefined;
  /**
   * Reads and extracts every file again, even if its record is known to be right. Default: false.
   */
  readonly force?: boolean | undefined;
  /**
   * Milliseconds of a thread's processor time that extraction of one file may take. If that is too
   * little, the next run tries again. Default: 2,000.
   */
  readonly budgetMs?: number | undefined;
  /**
   * How many threads extract. Default: the number of cores. Fewer are started if there is little to
   * do.
   */
  readonly workers?: number | undefined;
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
}

/**
 * Brings `sink` in step with the source tree at `root`: extracts new and changed files, does not
 * read unchanged ones, and removes the records of files that are gone. The resulting content does
 * not depend on timing or on the number of threads. Nothing inside the tree is executed.
 *
 * Memory grows only with the number of paths, not with the size of the sources. Nothing continues
 * to run after it resolves.
 *
 * Throws `E_CONFIG` if an option is out of range, `E_SOURCE` if the root is not a readable
 * directory or extraction cannot start, and every error that the sink throws. The records that were
 * sent before an error stay. A problem with one file never fails the run: the report lists it.
 */
export async function indexSourceTree(root: string, sink: RecordSink, options: IndexOptions = {}): Promise<IndexReport> {
  const read = readInput("E_CONFIG", "the arguments of indexing", () => readIndexArguments(root, sink, options));
  const { signal, force } = read;
  return new IndexRun(sink, { ...settingsOf(read), ...(signal !== undefined && { signal }), force }).run(root);
}

/**
 * Returns the settings of a run that do not depend on its sink, for a caller that makes several
 * runs.
 */
export function settingsOf(given: IndexArguments): Omit<IndexSettings, "force" | "list" | "signal"> {
  const { onProgress, clock, logger, workers, budgetMs, maxFileBytes, languages, exclude } = given;
  return {
    onProgress,
    maxFileBytes,
    languages,
    languageOf: (file) => languageOfBytes(file).name,
    exclude,
    clock,
    logger,
    extractorVersion: EXTRACTOR_VERSION,
    openExtraction: (realRoot, files) =>
      new ExtractionPool({
        workers: Math.min(workers, Math.ceil(files / FILES_WORTH_A_THREAD)),
        extraction: { root: realRoot, maxFileBytes, budgetMs, languages },
        clock,
      }),
  };
}

export interface IndexArguments {
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: IndexProgress) => void;
  readonly maxFileBytes: number;
  readonly budgetMs: number;
  readonly workers: number;
  readonly languages: readonly string[] | undefined;
  readonly exclude: readonly string[];
  readonly force: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Throws `E_CONFIG` with every problem. */
export function readIndexArguments(root: unknown, sink: unknown, options: unknown): IndexArguments {
  const problems = new Problems();
  problems.text("root", root);
  problems.withMethods("sink", sink ?? null, ["fingerprints", "update", "remove"]);
  const given = problems.object("options", options) as IndexOptions;
  const { clock = systemClock, logger: givenLogger = silentLogger } = given;
  const logger = withoutFailures(problems.withMethods("logger", givenLogger, LOGGER_METHODS));
  const onProgress = problems.callback("onProgress", given.onProgress);
  const read: IndexArguments = {
    signal: problems.signal("signal", given.signal),
    onProgress: (progress) =>
      callHarmlessly(
        () => onProgress?.(progress),
        (error) => logger.warn(`onProgress threw an error, and the run continues: ${messageOf(error)}`),
      ),
    clock: problems.withMethods("clock", clock, CLOCK_METHODS),
    logger,
    workers: problems.integer("workers", given.workers ?? availableParallelism(), 1, MAX_WORKERS),
    budgetMs: problems.integer("budgetMs", given.budgetMs ?? DEFAULT_BUDGET_MS, 1, MAX_BUDGET_MS),
    maxFileBytes: problems.integer("maxFileBytes", given.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES, 1, MAX_FILE_BYTES),
    languages: given.languages === undefined ? undefined : checkLanguages(problems, given.languages),
    exclude: problems.list("exclude", given.exclude ?? []).map((pattern, index) => problems.text(`exclude[${index}]`, pattern)),
    force: problems.truth("force", given.force ?? false),
  };
  if (problems.found.length > 0) throw new ConfigError("indexing", problems.found);
  return read;
}

function checkLanguages(problems: Problems, value: unknown): readonly string[] {
  return problems.list("languages", value).map((name, index) => problems.oneOf(`languages[${index}]`, name, LANGUAGE_NAMES));
}

const LANGUAGE_NAMES = [...TEXT_FORMATS, ...LANGUAGES].map(({ name }) => name);

const DEFAULT_MAX_FILE_BYTES = 1 << 20;
/** A parser takes some hundred bytes of memory for each byte of source. */
const MAX_FILE_BYTES = 64 << 20;
/** How long the extraction of one file may take if nothing else is given. */
export const DEFAULT_BUDGET_MS = 2_000;
const MAX_BUDGET_MS = 600_000;
const MAX_WORKERS = 64;
/** Starting a thread costs as much processor time as extracting some tens of files. */
const FILES_WORTH_A_THREAD = 100;
