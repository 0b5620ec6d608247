import { type Clock, systemClock } from "../base/clock.ts";
import { MetacacheError } from "../base/errors.ts";
import { type Logger, silentLogger } from "../base/logger.ts";
import { ComponentRegistry } from "../component/component-registry.ts";
import type { ConfigSources } from "../config/config-sources.ts";
import type { MemoryCacheConfig } from "../config/memory-cache-config.ts";
import { DatabaseComponent } from "../database/database-component.ts";
import type { MetadataDatabase } from "../database/metadata-database.ts";
import { MemoryCacheComponent } from "./memory-cache-component.ts";
import type { CacheOptions, MetadataCache } from "./metadata-cache.ts";
import { openProjectDatabase } from "./project-database.ts";
import { resolveProject, type ResolvedProject } from "./resolve-project.ts";

export interface OpenMetadataCacheOptions extends Partial<MemoryCacheConfig> {
  /** The root of a code base (a path), or with a `database`, a name. The default is the working directory. */
  readonly project?: string | undefined;
  /** `sqlite:` and a path, a path, or `postgres://user@host/database`. The default is `.metacache/metadata.db` in the project's root. */
  readonly database?: string | undefined;
  /**
   * What the database calls the project. The default is `.` in the project's own database, and elsewhere the root's real path,
   * which is not the same on every machine.
   */
  readonly name?: string | undefined;
  /**
   * What becomes of a project or a database that does not exist. `true`: it reads as empty, and the first write creates it.
   * `false`: opening it is an error that says what there is; give this wherever you only read. Default: true.
   */
  readonly create?: boolean | undefined;
  /** Text from a command line, by option name. */
  readonly flags?: ConfigSources["flags"];
  /** The default is `process.env`. */
  readonly environment?: ConfigSources["environment"];
  readonly logger?: Logger | undefined;
  readonly clock?: Clock | undefined;
  /** Called after each page of a load of everything; cheap work only. */
  readonly onLoadProgress?: CacheOptions["onLoadProgress"];
}

/**
 * Opens the cache of one project: its database and its whole index. Creates nothing: the first write creates the database and
 * the project if they do not exist. Everything that it opened is closed by the cache's `shutdown` (or `await using`).
 *
 * Throws `E_CONFIG` with every problem of the options; `E_SOURCE` if the root is no directory; with `create: false`,
 * `E_PROJECT_UNKNOWN` for a project that the database does not know; `E_DATABASE_UNAVAILABLE`, `E_SCHEMA_TOO_NEW`.
 */
export async function openMetadataCache(options: OpenMetadataCacheOptions = {}): Promise<MetadataCache> {
  const { project, flags, environment, create, logger, clock, onLoadProgress, ...call } = options;
  const resolved = await resolveProject({ project, flags, environment, call });
  for (const warning of resolved.config.warnings) logger?.warn(warning);
  return (await openResolvedProject(resolved, { create, logger, clock, onLoadProgress })).cache;
}

export interface OpenProjectOptions extends CacheOptions {
  readonly create?: boolean | undefined;
}

/** Like `openMetadataCache`, for a project whose options are resolved already; with the database, which the cache closes. */
export async function openResolvedProject(
  project: ResolvedProject,
  options: OpenProjectOptions = {},
): Promise<{ readonly cache: MetadataCache; readonly database: MetadataDatabase }> {
  const { create = true, logger = silentLogger, clock = systemClock, onLoadProgress } = options;
  const registry = new ComponentRegistry(project.config, logger);
  const memoryCache = new MemoryCacheComponent(project.name, { clock, onLoadProgress });
  const databaseComponent = new DatabaseComponent((own) => openProjectDatabase(project, { create, clock, logger: own }));
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
