import { type Clock, CLOCK_METHODS, systemClock } from "../../base/clock.ts";
import { ConfigError } from "../../base/errors.ts";
import { childLogger, type Logger, LOGGER_METHODS, silentLogger, withoutFailures } from "../../base/logger.ts";
import { describe, Problems, readInput } from "../../base/validation.ts";
import type { ConfigSources } from "../../config/config-sources.ts";
import { INDEXING_OPTIONS } from "../../config/indexing-config.ts";
import type { MemoryCacheConfig } from "../../config/memory-cache-config.ts";
import type { MetadataDatabase, ProjectStore } from "../../database/metadata-database.ts";
import type { CacheOptions, OpeningOptions } from "../cache-options.ts";
import { MetadataCache } from "../metadata-cache.ts";
import { openProjectDatabase } from "./project-database.ts";
import { ProjectSink } from "./project-sink.ts";
import { type ProjectSources, resolveProject, type ResolvedProject } from "./resolve-project.ts";

/** The options of a cache. Each may be missing or `undefined`. */
export type OptionalConfig = { readonly [K in keyof MemoryCacheConfig]?: MemoryCacheConfig[K] | undefined };

/**
 * What to open. Every option of the configuration is also an option here: docs/configuration.md.
 */
export interface OpenMetadataCacheOptions extends OptionalConfig {
  /**
   * The root of a code base (a path), or, with a `database`, a name. Default: the working
   * directory.
   */
  readonly project?: string | undefined;
  /**
   * `sqlite:` and a path, a path, or `postgres://user@host/database`. Default:
   * `.metacache/metadata.db` in the project's root.
   */
  readonly database?: string | undefined;
  /**
   * The name of the project in the database. Default: `.` in the project's own database; in any
   * other, the real path of the root, which differs between machines.
   */
  readonly name?: string | undefined;
  /**
   * What happens if the project or the database does not exist. `true`: it reads as empty, and the
   * first write creates it. `false`: opening it throws an error that says what exists. Pass `false`
   * if you only read. Default: true.
   */
  readonly create?: boolean | undefined;
  /** Text from a command line, by the names of options. */
  readonly flags?: ConfigSources["flags"];
  /** Default: `process.env`. */
  readonly environment?: ConfigSources["environment"];
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
  /** Called after each page of a full load. It must be fast. */
  readonly onLoadProgress?: CacheOptions["onLoadProgress"];
}

/**
 * Opens the cache of one project, with its database and its whole index. Creates nothing: if the
 * database or the project does not exist, the first write creates it. The cache's `shutdown` (or
 * `await using`) closes everything that this call opened.
 *
 * Throws `E_CONFIG` with every problem of the options; `E_SOURCE` if the root is not a directory;
 * with `create: false`, `E_PROJECT_UNKNOWN` if the database does not have the project;
 * `E_DATABASE_UNAVAILABLE`; `E_SCHEMA_TOO_NEW`.
 */
export async function openMetadataCache(options: OpenMetadataCacheOptions = {}): Promise<MetadataCache> {
  const { create, ...sources } = readOptions(options);
  const project = await resolveProject(sources);
  for (const warning of project.config.warnings) withoutFailures(options.logger ?? silentLogger).warn(warning);
  return (await openResolvedProject(project, { ...options, create })).cache;
}

export interface OpenProjectOptions extends OpeningOptions {
  readonly create?: boolean | undefined;
}

/**
 * Does what `openMetadataCache` does, for a project whose options are already resolved. Also
 * returns the database, which the cache closes.
 */
export async function openResolvedProject(
  project: ResolvedProject,
  options: OpenProjectOptions = {},
): Promise<{ readonly cache: MetadataCache; readonly database: MetadataDatabase }> {
  const { create = true, clock = systemClock } = options;
  const logger = withoutFailures(options.logger ?? silentLogger);
  const database = await openProjectDatabase(project, { create, clock, logger: childLogger(logger, "database") });
  try {
    const cache = await openProjectCache(project, await database.openProject(project.name), { ...options, clock, logger }, database);
    return { cache, database };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Opens the cache of a project whose store is open already. Pass `database` to close it with the
 * cache.
 */
export async function openProjectCache(
  project: ResolvedProject,
  store: ProjectStore,
  { clock = systemClock, onLoadProgress, upkeep, logger = silentLogger }: OpeningOptions,
  database?: MetadataDatabase,
): Promise<MetadataCache> {
  const settings = { clock, onLoadProgress, upkeep, logger: childLogger(logger, "memory_cache") };
  return MetadataCache.open(store, project.config.memoryCache, settings, database);
}

/**
 * Opens a project only for writing while `use` runs. Takes no records into memory. If the database
 * or the project does not exist, the first write creates it.
 */
export async function withProjectSink<T>(
  project: ResolvedProject,
  options: OpeningOptions,
  use: (sink: ProjectSink) => Promise<T>,
): Promise<T> {
  const { clock = systemClock, logger = silentLogger } = options;
  const database = await openProjectDatabase(project, { create: true, clock, logger: childLogger(logger, "database") });
  try {
    const sink = await ProjectSink.open(await database.openProject(project.name), options);
    const result = await use(sink);
    await sink.leaveCheckpoint();
    return result;
  } finally {
    await database.close();
  }
}

/**
 * Separates the options by their purpose. If `options` is not an object, reports one problem, not
 * one for each letter of a string.
 */
function readOptions(options: unknown): ProjectSources & { readonly create: boolean } {
  const problems = new Problems();
  const read = readInput("E_CONFIG", "the options of openMetadataCache", () => {
    const given = problems.object("options", options);
    if (problems.found.length > 0)
      throw new ConfigError("openMetadataCache", [problems.found.join()], {
        remedy: 'give { project: "/path/to/code" }',
      });
    const { project = ".", flags, environment, create = true, logger, clock, onLoadProgress, ...call } = given;
    if (typeof project !== "string" || project === "") problems.add("project", `must be a path or a name, not ${describe(project)}`);
    else problems.text("project", project);
    problems.withMethods("logger", logger, LOGGER_METHODS);
    problems.withMethods("clock", clock, CLOCK_METHODS);
    problems.callback("onLoadProgress", onLoadProgress);
    for (const name of Object.keys(INDEXING_OPTIONS)) {
      const remedy = name === "tombstoneDays" ? "it is an option of the commands `index` and `compact`" : "give it to indexSourceTree";
      if (name in call) problems.add(name, `has no effect here: ${remedy}`);
    }
    return {
      project: project as string,
      create: problems.truth("create", create),
      call,
      flags: flags === undefined ? undefined : (problems.object("flags", flags) as ConfigSources["flags"]),
      environment: environment === undefined ? process.env : (problems.object("environment", environment) as ConfigSources["environment"]),
    };
  });
  if (problems.found.length > 0) throw new ConfigError("openMetadataCache", problems.found);
  return read;
}
