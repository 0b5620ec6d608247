import { setFlagsFromString } from "node:v8";
import { LONGEST_MS } from "../../base/clock.ts";
import { MetacacheError } from "../../base/errors.ts";
import { silentLogger } from "../../base/logger.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
import type { TreeStatus } from "../../calls/tree-freshness.ts";
import { watchSourceTree } from "../../watch/watch-source-tree.ts";
import type { WatchBatch } from "../../watch/watch-options.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { quoteName } from "../../base/escape.ts";
import { counted } from "../../base/words.ts";
import { progressLine } from "../terminal/progress-line.ts";
import { whenReaderLeaves } from "../terminal/streams.ts";

/**
 * `metacache watch [dir]`: keeps the project's records in step with its files until it is told to
 * end.
 */
export const command: CommandDefinition = {
  example: "watch . --json",
  completion: "directory",
  indexes: true,
  notes: "It ends with Ctrl-C. With --json it prints a document for each change, one a line.",
  run,
};

async function run(options: CommonOptions, directory?: string): Promise<ExitCode> {
  const session = await openSession(options, directory);
  const { project, clock } = session;
  const { root } = project;
  if (root === undefined)
    throw new MetacacheError("E_SOURCE", `the project ${JSON.stringify(project.label)} is given by name`, {
      remedy: "give its folder to watch it",
    });
  // The look over all files would enlarge the space for young objects, and V8 keeps its pages for
  // as long as the process lives: some 40 MB of 100.
  setFlagsFromString("--semi-space-growth-factor=1");
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  whenReaderLeaves(end);
  // The watch itself keeps no process alive.
  const cancel = clock.schedule(LONGEST_MS, () => undefined, "awaited");
  const progress = progressLine(process.stderr, clock);
  try {
    await using opened = await open(project, session);
    const { maxFileBytes, languages, exclude } = project.config.indexing;
    await using tree = await watchSourceTree(root, opened.cache, {
      maxFileBytes,
      exclude,
      languages,
      clock,
      signal: stop.signal,
      onProgress: progress.show,
      onBatch: (batch) => {
        progress.clear();
        printBatch(session, batch);
      },
      onStatus: (status) => printStatus(session, status),
    });
    printStart(session, tree.root, opened.cache.count({}), tree.status());
    await ended(stop.signal);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    progress.clear();
    cancel();
    for (const signal of SIGNALS) process.off(signal, end);
  }
  return 0;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Nobody reads records here: only the index is needed. */
const FEWEST_RECORDS = 100;

async function open(project: ResolvedProject, { clock }: Session): Promise<AsyncDisposable & { readonly cache: MetadataCache }> {
  const { openResolvedProject } = await import("../../cache/opening/open-metadata-cache.ts");
  const memoryCache = { ...project.config.memoryCache, maxItems: FEWEST_RECORDS, evictionBatchSize: 1 };
  const config = { ...project.config, memoryCache };
  const { cache } = await openResolvedProject({ ...project, config }, { create: true, clock, logger: silentLogger });
  return { cache, [Symbol.asyncDispose]: () => cache.shutdown() };
}

function ended(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

function printStart({ output }: Session, root: string, files: number, { directories }: TreeStatus): void {
  output.document("watch", { event: "begun", root, files, directories });
  output.line(`Watching ${quoteName(root)}: ${counted(files, "file")} in ${counted(directories, "watched folder")}.`);
}

function printBatch({ output }: Session, batch: WatchBatch): void {
  const { added, changed, removed, revision, elapsedMs, lookReason } = batch;
  output.document("watch", { event: "batch", ...batch, lookReason: lookReason ?? null });
  const why = lookReason === undefined ? "" : `; everything was looked at, for ${lookReason}`;
  output.line(`${added} added, ${changed} changed, ${removed} removed in ${elapsedMs} ms, at revision ${revision}${why}.`);
}

function printStatus({ output }: Session, { state, reason, remedy, everySeconds }: TreeStatus): void {
  if (state === "off") return;
  output.document("watch", { event: "state", state, reason: reason ?? null, remedy: remedy ?? null, everySeconds });
  output.line(
    state === "watching"
      ? "Changes are seen as they are made."
      : `Everything is looked at every ${everySeconds} s, because ${reason}. What to do: ${remedy}.`,
  );
}
