import { mkdir, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import { ConfigError, MetacacheError, messageOf } from "../base/errors.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { describe } from "../base/validation.ts";
import { ComponentRegistry } from "../component/component-registry.ts";
import { type ConfigSources, type MetacacheConfig, resolveConfig } from "../config/config-sources.ts";
import type { MemoryCacheConfig } from "../config/memory-cache-config.ts";
import { PROJECT_FILE_NAME, readProjectFile } from "../config/project-file.ts";
import { DatabaseComponent } from "../database/database-component.ts";
import { type DatabaseLocation, parseDatabaseLocation } from "../database/database-location.ts";
import { assertOwnDatabase } from "../database/own-database.ts";
import type { MetadataDatabase } from "../database/metadata-database.ts";
import { openPostgresDatabase } from "../database/postgres/open-postgres-database.ts";
import { openSqliteDatabase } from "../database/sqlite/open-sqlite-database.ts";
import { MemoryCacheComponent } from "./memory-cache-component.ts";
import type { CacheOptions, MetadataCache } from "./metadata-cache.ts";

export interface OpenMetadataCacheOptions extends Partial<MemoryCacheConfig> {
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
  const { logger = silentLogger, clock = systemClock, onLoadProgress } = options;
  const { database, isDefaultDatabase } = project;
  if (isDefaultDatabase && database.kind === "sqlite") await makeDatabaseFolder(dirname(database.file));
  const registry = new ComponentRegistry(project.config, logger);
  const memoryCache = new MemoryCacheComponent(project.name, { clock, onLoadProgress });
  const databaseComponent = new DatabaseComponent((own) => openDatabase(database, clock, own));
  registry.register(databaseComponent);
  registry.register(memoryCache);
  try {
    await registry.start();
  } catch (error) {
    // Here the components are an implementation detail: what failed is the database or the cache itself.
    throw error instanceof MetacacheError && error.cause instanceof MetacacheError ? error.cause : error;
  }
  const cache = memoryCache.release();
  cache.onShutdown(() => registry.stop());
  return { cache, database: databaseComponent.database };
}

/** Which project and which database are meant. Reads the project file; opens and makes nothing. */
export async function resolveProject(options: OpenMetadataCacheOptions = {}): Promise<ResolvedProject> {
  const {
    project = ".",
    flags,
    environment = process.env,
    logger: _logger,
    clock: _clock,
    onLoadProgress: _onLoadProgress,
    ...call
  } = options;
  if (typeof project !== "string" || project === "")
    throw new ConfigError("project", [`must be a path or a name, not ${describe(project)}`]);
  const root = isPath(project) ? await realRoot(project) : undefined;
  const file = root === undefined ? undefined : readProjectFile(root);
  const config = resolveConfig({ call, flags, environment, file });
  if (config.database === undefined && root === undefined) {
    throw new ConfigError("database", [
      `is missing: the project ${describe(project)} is given by name, so it has no folder of its own for one`,
    ]);
  }
  const base = config.database?.from === "file" && root !== undefined ? root : process.cwd();
  const database: DatabaseLocation =
    config.database === undefined
      ? { kind: "sqlite", file: join(root ?? "", DATABASE_FOLDER, "metadata.db") }
      : parseDatabaseLocation(config.database.location, base);
  if (root !== undefined && config.database === undefined) await assertOwnDatabase(root, database, DATABASE_FOLDER);
  if (root !== undefined && config.database?.from === "file") await assertOwnDatabase(root, database, PROJECT_FILE_NAME);
  return { name: config.name ?? root ?? project, root, database, isDefaultDatabase: config.database === undefined, config };
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
  const path = resolve(project);
  try {
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
    throw new MetacacheError(
      "E_DATABASE_UNAVAILABLE",
      `the folder ${describe(folder)} for the project's database cannot be made: ${messageOf(error)}; name another place with the option database`,
      { cause: error },
    );
  }
}
