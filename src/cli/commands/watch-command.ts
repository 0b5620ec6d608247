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
import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import { progressLine } from "../terminal/progress-line.ts";
import { whenReaderLeaves } from "../terminal/streams.ts";

/**
 * `metacache watch [dir]`: updates the project's records when its files change, until a signal ends
 * it.
 */
export const command: CommandDefinition = {
  example: "watch . --json",
  completion: "directory",
  indexes: true,
  notes: "Ctrl-C ends it. With --json it prints one line, a document, for each change.",
  run,
};

async function run(options: CommonOptions, directory?: string): Promise<ExitCode> {
  const session = await openSession(options, directory);
  const { project, clock } = session;
  const { root } = project;
  if (root === undefined)
    throw new MetacacheError("E_SOURCE", `the project ${JSON.stringify(project.label)} is given by name`, {
      remedy: "to watch it, give its folder",
    });
  // The first look at all files would enlarge V8's space for young objects, and V8 keeps that
  // memory until the process ends: about 40 MB of 100.
  setFlagsFromString("--semi-space-growth-factor=1");
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  whenReaderLeaves(end);
  // The watcher itself does not keep the process alive.
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
/** Nothing reads records in this process. It needs only the index. */
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
  const why = lookReason === undefined ? "" : `; looked at all files, because of ${lookReason}`;
  output.line(`${added} added, ${changed} changed, ${removed} removed in ${elapsedMs} ms, at revision ${revision}${why}.`);
}

function printStatus({ output }: Session, { state, reason, remedy, everySeconds }: TreeStatus): void {
  if (state === "off") return;
  output.document("watch", { event: "state", state, reason: reason ?? null, remedy: remedy ?? null, everySeconds });
  output.line(
    state === "watching"
      ? "Changes are seen when they happen."
      : `Looking at all files every ${everySeconds} s, because ${reason}. Remedy: ${remedy}.`,
  );
}
