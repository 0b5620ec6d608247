import { resolve } from "node:path";
import { type Clock, processMilliseconds, systemClock } from "../base/clock.ts";
import { MetacacheError } from "../base/errors.ts";
import { silentLogger } from "../base/logger.ts";
import type { MetadataCache } from "../cache/metadata-cache.ts";
import { openExistingDatabase, openProjectDatabase } from "../cache/opening/project-database.ts";
import type { ProjectSink } from "../cache/opening/project-sink.ts";
import { isDirectory, resolveProject, type ResolvedProject } from "../cache/opening/resolve-project.ts";
import { INDEXING_OPTIONS, type IndexingConfig } from "../config/indexing-config.ts";
import { MEMORY_CACHE_OPTIONS, type MemoryCacheConfig } from "../config/memory-cache-config.ts";
import { shownLocation } from "../database/location/database-location.ts";
import type { MetadataDatabase, ProjectStore } from "../database/metadata-database.ts";
import type { LoadProgress } from "../sync/database-synchronizer.ts";
import { findProjectRoot } from "./place/find-project.ts";
import { FORMATS, isFormat, type Output } from "./terminal/output.ts";
import { counted, duration } from "../base/text/words.ts";
import { beginLook } from "./place/look-at-tree.ts";
import { Place } from "./place/place.ts";
import { waitForWatcher } from "./place/wait-for-watcher.ts";
import { progressLine } from "./terminal/progress-line.ts";
import { outputFor } from "./terminal/streams.ts";

/**
 * The exit code, as in grep: 0 done or found, 1 nothing found, 2 not done or something is wrong.
 */
export type ExitCode = 0 | 1 | 2;

/** The options of every command. */
export interface CommonOptions extends Readonly<Partial<Record<keyof MemoryCacheConfig | keyof IndexingConfig, string>>> {
  readonly project?: string;
  readonly database?: string;
  readonly name?: string;
  readonly json?: boolean;
  readonly format?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** For commands that wait for a watcher. They wait unless this is false. */
  readonly wait?: boolean;
  /** For commands that look at the tree if no watcher runs. They look unless this is false. */
  readonly look?: boolean;
}

/** The context of a command: one project, the place where the command is typed, and the output. */
export interface Session {
  readonly project: ResolvedProject;
  readonly place: Place;
  readonly output: Output;
  readonly clock: Clock;
  /**
   * The time since this process started. Commands print it as their duration, so that the duration
   * includes everything that a person has waited for.
   */
  elapsedMs(): number;
  /** Opens the cache while `use` runs. Throws if the project was never indexed. */
  withCache<T>(use: (cache: MetadataCache, database: MetadataDatabase) => Promise<T>): Promise<T>;
  /**
   * Opens a project only for writing, while `use` runs. The first write creates the database and
   * the project if they do not exist.
   */
  withSink<T>(project: ResolvedProject, use: (sink: ProjectSink) => Promise<T>): Promise<T>;
  /**
   * Opens the project's store while `use` runs, without reading an index. Throws if the project was
   * never indexed.
   */
  withStore<T>(use: (store: ProjectStore, database: MetadataDatabase) => Promise<T>): Promise<T>;
  /** Shows the progress of `load`. */
  withProgress<T>(load: (onProgress: (progress: LoadProgress) => void) => Promise<T>): Promise<T>;
  /** Opens the database while `use` runs, even if it does not have the project. */
  withDatabase<T>(use: (database: MetadataDatabase) => Promise<T>): Promise<T>;
}

/**
 * Opens the session of a command. `directory` is always a folder, even if a project has the same
 * name.
 */
export async function openSession(options: CommonOptions, directory?: string): Promise<Session> {
  const output = outputOf(options);
  const project = await resolveProject({ project: await projectOf(options.project, directory), flags: flagsOf(options) });
  for (const warning of project.config.warnings) output.note(warning);
  output.detail(`the project is ${project.label}, the database ${shownLocation(project.database)}`);
  return {
    project,
    place: new Place(project.root, workingDirectory()),
    output,
    clock: systemClock,
    elapsedMs: processMilliseconds,
    async withCache(use) {
      return withLoadProgress((onLoadProgress, loaded) =>
        withOpenStore(project, async (store, database) => {
          const waited = options.wait === true && (await waitForWatcher(project, store, output, systemClock));
          const looks = !waited && options.look === true && project.config.look !== false;
          using look = looks ? await beginLook(project, store, output, systemClock) : undefined;
          // Import this module only here: commands that read only a few rows must not wait until it
          // is loaded.
          const { openProjectCache } = await import("../cache/opening/open-metadata-cache.ts");
          await using cache = await openProjectCache(project, store, { onLoadProgress });
          loaded();
          output.detail(
            `opened the index of ${counted(cache.getStats().records, "file")} at revision ${cache.revision}, after ${duration(processMilliseconds())}`,
          );
          await look?.finish(cache);
          return await use(cache, database);
        }),
      );
    },
    async withSink(of, use) {
      const { withProjectSink } = await import("../cache/opening/open-metadata-cache.ts");
      return withLoadProgress((onLoadProgress, loaded) =>
        withProjectSink(of, { onLoadProgress }, (sink) => {
          loaded();
          return use(sink);
        }),
      );
    },
    withStore: (use) =>
      withOpenStore(project, async (store, database) => {
        if (options.wait === true) await waitForWatcher(project, store, output, systemClock);
        return use(store, database);
      }),
    withProgress: (load) => withLoadProgress(load),
    async withDatabase(use) {
      const database = await openExistingDatabase(project, systemClock, silentLogger);
      return closing(database, () => use(database));
    },
  };
}

/** Returns the options of a project and its cache, as text. */
export function flagsOf(options: CommonOptions): Readonly<Record<string, string | undefined>> {
  const flags: Record<string, string | undefined> = { database: options.database, name: options.name };
  for (const name of Object.keys({ ...MEMORY_CACHE_OPTIONS, ...INDEXING_OPTIONS })) flags[name] = options[name as keyof MemoryCacheConfig];
  return flags;
}

/** Returns the output in the requested format. Throws `E_CONFIG` for an unknown format. */
export function outputOf({ json, format, quiet, verbose }: CommonOptions): Output {
  if (format !== undefined && !isFormat(format))
    throw new MetacacheError("E_CONFIG", `--format must be one of ${FORMATS.join(", ")}, not ${JSON.stringify(format)}`);
  if (json === true && format !== undefined && format !== "json")
    throw new MetacacheError("E_CONFIG", `--json and --format ${format} contradict each other`, { remedy: "give one of them" });
  return outputFor({ format: format ?? (json === true ? "json" : "text"), quiet: quiet === true, verbose: verbose === true });
}

async function withOpenStore<T>(
  project: ResolvedProject,
  use: (store: ProjectStore, database: MetadataDatabase) => Promise<T>,
): Promise<T> {
  const database = await openProjectDatabase(project, { create: false, clock: systemClock, logger: silentLogger });
  return closing(database, async () => use(await database.openProject(project.name), database));
}

async function closing<T>(database: MetadataDatabase, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } finally {
    await database.close();
  }
}

/** Shows the progress of a load until `loaded` is called. */
async function withLoadProgress<T>(load: (onLoadProgress: (progress: LoadProgress) => void, loaded: () => void) => Promise<T>): Promise<T> {
  const progress = progressLine(process.stderr, systemClock);
  try {
    return await load(({ loaded, total }) => progress.show({ phase: "loading", done: loaded, total }), progress.clear);
  } finally {
    progress.clear();
  }
}

/**
 * Returns the project that the options choose. A text that names an existing folder is read as a
 * folder, however it is spelt. If nothing is given, returns the project of the working directory.
 */
async function projectOf(given: string | undefined, directory: string | undefined): Promise<string> {
  const here = workingDirectory();
  if (directory !== undefined) return resolve(here, directory);
  if (given !== undefined) return (await isDirectory(given)) ? resolve(here, given) : given;
  return (await findProjectRoot(here)) ?? here;
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    throw new MetacacheError("E_SOURCE", "the working directory no longer exists", {
      remedy: "change to a folder that exists",
      cause: error,
    });
  }
}
