import { mkdir, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Clock, CLOCK_METHODS, systemClock } from "../base/clock.ts";
import { ConfigError, DatabaseUnavailableError, MetacacheError, messageOf } from "../base/errors.ts";
import { childLogger, type Logger, LOGGER_METHODS, silentLogger, withoutFailures } from "../base/logger.ts";
import { describe, Problems, readInput } from "../base/validation.ts";
import { type ConfigSources, type MetacacheConfig, resolveConfig } from "../config/config-sources.ts";
import type { MemoryCacheConfig } from "../config/memory-cache-config.ts";
import { readProjectFile } from "../config/project-file.ts";
import { type DatabaseLocation, parseDatabaseLocation } from "../database/database-location.ts";
import type { MetadataDatabase } from "../database/metadata-database.ts";
import { openPostgresDatabase } from "../database/postgres/open-postgres-database.ts";
import { openSqliteDatabase } from "../database/sqlite/open-sqlite-database.ts";
import type { CacheOptions } from "./cache-options.ts";
import { MetadataCache } from "./metadata-cache.ts";

/** Every option may be left out, or be `undefined`. */
type OptionalConfig = { readonly [K in keyof MemoryCacheConfig]?: MemoryCacheConfig[K] | undefined };

export interface OpenMetadataCacheOptions extends OptionalConfig {
  /** The root of a code base (a path), or a name; a name needs a `database`. The default is the working directory. */
  readonly project?: string | undefined;
  /** `sqlite:` and a path, a path, or `postgres://user@host/database`. The default is `.metacache/metadata.db` in the project's root. */
  readonly database?: string | undefined;
  /** What the database calls the project. The default is the root's real path, which is not the same on every machine. */
  readonly name?: string | undefined;
  /** Text from a command line, by option name. */
  readonly flags?: ConfigSources["flags"];
  /** The default is `process.env`. */
  readonly environment?: ConfigSources["environment"];
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  /** Called after each page of a load of everything; cheap work only. */
  readonly onLoadProgress?: CacheOptions["onLoadProgress"];
}

/** The folder of the default database; it ignores itself, so that no repository takes it in. */
const DATABASE_FOLDER = ".metacache";

/** A project and where its data is, as the options, the environment and the project file together say it. */
export interface ResolvedProject {
  /** What the database knows the project by: the name given, or a root's real path. */
  readonly name: string;
  /** `undefined` for a project that was given by name. */
  readonly root: string | undefined;
  readonly database: DatabaseLocation;
  readonly isDefaultDatabase: boolean;
  readonly config: MetacacheConfig;
}

/**
 * Opens the cache of one project: its database, made where it is the project's own and missing, and its whole index.
 * Everything that it opened is closed by the cache's `shutdown` (or `await using`).
 *
 * Throws `E_CONFIG` with every problem of the options; `E_SOURCE` where the root is no directory;
 * `E_DATABASE_UNAVAILABLE`, `E_SCHEMA_TOO_NEW`.
 */
export async function openMetadataCache(options: OpenMetadataCacheOptions = {}): Promise<MetadataCache> {
  return (await openResolvedProject(await resolveProject(options), options)).cache;
}

/** Like `openMetadataCache`, for a project whose options are resolved already; with the database, which the cache closes. */
export async function openResolvedProject(
  project: ResolvedProject,
  options: CacheOptions = {},
): Promise<{ readonly cache: MetadataCache; readonly database: MetadataDatabase }> {
  const { clock = systemClock, onLoadProgress } = options;
  const logger = withoutFailures(options.logger ?? silentLogger);
  const { database, isDefaultDatabase } = project;
  if (isDefaultDatabase && database.kind === "sqlite") await makeDatabaseFolder(dirname(database.file));
  const opened = await openDatabase(database, clock, childLogger(logger, "database"));
  try {
    const store = await opened.openProject(project.name);
    const settings = { clock, onLoadProgress, logger: childLogger(logger, "memory_cache") };
    const cache = await MetadataCache.open(store, project.config.memoryCache, settings, () => opened.close());
    return { cache, database: opened };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Which project and which database are meant. Reads the project file; opens and makes nothing. */
export async function resolveProject(options: OpenMetadataCacheOptions = {}): Promise<ResolvedProject> {
  const { project, flags, environment, call } = readOptions(options);
  const root = isPath(project) ? await realRoot(project) : undefined;
  const file = root === undefined ? undefined : await readProjectFile(root);
  const config = resolveConfig({ call, flags, environment, file });
  if (config.database === undefined && root === undefined) {
    throw new ConfigError("database", [
      `is missing: the project ${describe(project)} is given by name, so it has no folder of its own for one`,
    ]);
  }
  const base = config.database?.from === "file" && root !== undefined ? root : undefined;
  const database: DatabaseLocation =
    config.database === undefined
      ? { kind: "sqlite", file: join(root ?? "", DATABASE_FOLDER, "metadata.db") }
      : parseDatabaseLocation(config.database.location, base);
  return { name: config.name ?? root ?? project, root, database, isDefaultDatabase: config.database === undefined, config };
}

interface ReadOptions extends Pick<ConfigSources, "call" | "flags"> {
  readonly project: string;
  readonly environment: NonNullable<ConfigSources["environment"]>;
}

/** Takes the options apart. One that is no object at all is one problem, not one for each of its letters. */
function readOptions(options: unknown): ReadOptions {
  const problems = new Problems();
  const read = readInput("E_CONFIG", "the options of openMetadataCache", () => {
    const given = problems.object("options", options);
    if (problems.found.length > 0)
      throw new ConfigError("openMetadataCache", [`${problems.found.join()}: give { project: "/path/to/code" }`]);
    const { project = ".", flags, environment, logger, clock, onLoadProgress, ...call } = given;
    if (typeof project !== "string" || project === "") problems.add("project", `must be a path or a name, not ${describe(project)}`);
    else problems.text("project", project);
    problems.withMethods("logger", logger, LOGGER_METHODS);
    problems.withMethods("clock", clock, CLOCK_METHODS);
    problems.callback("onLoadProgress", onLoadProgress);
    return {
      project: project as string,
      call,
      flags: flags === undefined ? undefined : (problems.object("flags", flags) as ConfigSources["flags"]),
      environment: environment === undefined ? process.env : (problems.object("environment", environment) as ReadOptions["environment"]),
    };
  });
  if (problems.found.length > 0) throw new ConfigError("openMetadataCache", problems.found);
  return read;
}

function openDatabase(location: DatabaseLocation, clock: Clock, logger: Logger): Promise<MetadataDatabase> {
  if (location.kind === "postgres") return openPostgresDatabase({ url: location.url, clock, logger });
  return openSqliteDatabase({ file: location.file, clock, logger });
}

function isPath(project: string): boolean {
  return project.startsWith(".") || /[\\/]/.test(project);
}

/** One project, one name: the real path, whichever link led there. */
async function realRoot(project: string): Promise<string> {
  let path = project;
  try {
    path = resolve(project);
    const root = await realpath(path);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    throw new MetacacheError("E_SOURCE", `the project's root ${describe(path)} cannot be opened: ${messageOf(error)}`, { cause: error });
  }
  throw new MetacacheError("E_SOURCE", `the project's root ${describe(path)} is not a directory: give the folder that holds the code`);
}

async function makeDatabaseFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    // A folder that cannot be written may still hold a database that can be read.
    if (
      await stat(folder).then(
        () => true,
        () => false,
      )
    )
      return;
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new DatabaseUnavailableError(
      ["EACCES", "EPERM", "ERR_ACCESS_DENIED"].includes(code) ? "denied" : code === "EROFS" ? "read-only" : "io",
      `the folder ${describe(folder)} for the project's database cannot be made: ${messageOf(error)}; name another place with the option database`,
      { cause: error },
    );
  }
}
