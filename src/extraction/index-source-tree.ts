import { availableParallelism } from "node:os";

import { systemClock, type Clock } from "../base/clock.ts";
import { ConfigError } from "../base/errors.ts";
import { silentLogger, type Logger } from "../base/logger.ts";
import { Problems } from "../base/validation.ts";
import { ExtractionPool } from "./extraction-pool.ts";
import { decodeSource } from "./decode-source.ts";
import { EXTRACTOR_VERSION } from "./file-extractor.ts";
import type { IndexReport } from "./index-report.ts";
import { IndexRun, type IndexProgress } from "./index-run.ts";
import { languageOfFile } from "./languages/file-language.ts";
import { LANGUAGES } from "./languages/languages.ts";
import { TEXT_FORMATS } from "./languages/text-formats.ts";
import type { RecordSink } from "./record-sink.ts";

export interface IndexOptions {
  /** Stops the run cleanly; it then resolves with `aborted: true`. */
  readonly signal?: AbortSignal;
  /** Called very often, up to once a file: the caller thins it out. */
  readonly onProgress?: (progress: IndexProgress) => void;
  /** Larger files are skipped. Default: 1 MiB. */
  readonly maxFileBytes?: number;
  /** Only files in these languages get records. Default: all. */
  readonly languages?: readonly string[];
  /** Patterns of files to leave out besides those that the tree's own rules ignore, as in a `.gitignore` of the root. */
  readonly exclude?: readonly string[];
  /** Reads and extracts every file again, whatever is known of it. Default: false. */
  readonly force?: boolean;
  /** Milliseconds of a thread's processor time that extracting one file may take; the next run tries again. Default: 2,000. */
  readonly budgetMs?: number;
  /** How many threads extract. Default: as many as there are cores. Fewer are started where there is little to do. */
  readonly workers?: number;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/**
 * Brings `sink` in step with the source tree at `root`: extracts what is new or changed, leaves what is unchanged
 * unread, removes what is gone. The content that results does not depend on timing or on the number of threads. Nothing that lies in the
 * tree is run.
 *
 * Memory does not grow with the size of the sources, only with the number of paths. Nothing runs on after it resolves.
 *
 * Throws `E_CONFIG` for an option out of range, `E_SOURCE` where the root is no directory that can be read or no
 * extraction can be started, and whatever the sink throws; what had been sent by then stays. What is wrong with one file
 * never fails the run: the report says it.
 */
export async function indexSourceTree(root: string, sink: RecordSink, options: IndexOptions = {}): Promise<IndexReport> {
  const problems = new Problems();
  const workers = problems.integer("workers", options.workers ?? availableParallelism(), 1, MAX_WORKERS);
  const budgetMs = problems.integer("budgetMs", options.budgetMs ?? DEFAULT_BUDGET_MS, 1, MAX_BUDGET_MS);
  const maxFileBytes = problems.integer("maxFileBytes", options.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES, 1, MAX_FILE_BYTES);
  const languages = options.languages === undefined ? undefined : checkLanguages(problems, options.languages);
  const exclude = problems.list("exclude", options.exclude ?? []).map((pattern, index) => problems.text(`exclude[${index}]`, pattern));
  if (problems.found.length > 0) throw new ConfigError("indexing", problems.found);
  const clock = options.clock ?? systemClock;
  return new IndexRun(sink, {
    ...(options.signal !== undefined && { signal: options.signal }),
    ...(options.onProgress !== undefined && { onProgress: options.onProgress }),
    maxFileBytes,
    languages,
    languageOf: (file) => languageOfFile(file.path, decodeSource(file.bytes).text).name,
    exclude,
    force: options.force ?? false,
    clock,
    logger: options.logger ?? silentLogger,
    extractorVersion: EXTRACTOR_VERSION,
    openExtraction: (realRoot, files) =>
      new ExtractionPool({
        workers: Math.min(workers, Math.ceil(files / FILES_WORTH_A_THREAD)),
        extraction: { root: realRoot, maxFileBytes, budgetMs, languages },
        clock,
      }),
  }).run(root);
}

function checkLanguages(problems: Problems, value: unknown): readonly string[] {
  return problems.list("languages", value).map((name, index) => problems.oneOf(`languages[${index}]`, name, LANGUAGE_NAMES));
}

const LANGUAGE_NAMES = [...TEXT_FORMATS, ...LANGUAGES].map(({ name }) => name);

const DEFAULT_MAX_FILE_BYTES = 1 << 20;
/** A parser takes some hundred bytes of memory for each byte of source. */
const MAX_FILE_BYTES = 64 << 20;
const DEFAULT_BUDGET_MS = 2_000;
const MAX_BUDGET_MS = 600_000;
const MAX_WORKERS = 64;
/** To start, a thread takes as much of a core as some tens of files do. */
const FILES_WORTH_A_THREAD = 100;
