import { access } from "node:fs/promises";
import { isAbsolute, relative } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import { MetacacheError } from "../base/errors.ts";
import type { MetadataCache } from "../cache/metadata-cache.ts";
import type { MetadataDatabase } from "../database/metadata-database.ts";
import type { LoadProgress } from "../sync/database-synchronizer.ts";
import { INDEXING_OPTIONS, type IndexingConfig } from "../config/indexing-config.ts";
import { MEMORY_CACHE_OPTIONS, type MemoryCacheConfig } from "../config/memory-cache-config.ts";
import { openResolvedProject, resolveProject, type ResolvedProject } from "../cache/open-metadata-cache.ts";
import { progressLine } from "./progress-line.ts";
import { jsonOutput, type Output, textOutput } from "./output.ts";

/** 0 done, 1 nothing found where something was asked for by name, 2 could not be done. */
export type ExitCode = 0 | 1 | 2;

/** The options that every command has. */
export interface CommonOptions extends Readonly<Partial<Record<keyof IndexingConfig | keyof MemoryCacheConfig, string>>> {
  readonly project: string;
  readonly db?: string;
  readonly name?: string;
  readonly json?: boolean;
}

/** What a command works with: one project, and where to print. */
export interface Session {
  readonly project: ResolvedProject;
  readonly output: Output;
  readonly clock: Clock;
  /** Opens the cache for the time of `use`. With `mustExist`, a project that was never indexed is an error. */
  withCache<T>(use: (cache: MetadataCache, database: MetadataDatabase) => Promise<T>, mustExist?: boolean): Promise<T>;
}

export async function openSession(options: CommonOptions, root?: string): Promise<Session> {
  const flags: Record<string, string | undefined> = { database: options.db, name: options.name };
  for (const name of Object.keys(MEMORY_CACHE_OPTIONS)) flags[name] = options[name as keyof MemoryCacheConfig];
  for (const name of Object.keys(INDEXING_OPTIONS)) flags[name] = options[name as keyof IndexingConfig];
  const project = await resolveProject({ project: root ?? options.project, flags });
  return {
    project,
    output: outputFor(options.json === true),
    clock: systemClock,
    async withCache(use, mustExist = true) {
      if (mustExist) await assertIndexed(project);
      const progress = progressLine(process.stderr, systemClock);
      const onLoadProgress = ({ loaded, total }: LoadProgress): void => progress.show({ phase: "loading", done: loaded, total });
      const { cache, database } = await openResolvedProject(project, { onLoadProgress });
      await using _ = cache;
      progress.clear();
      return await use(cache, database);
    },
  };
}

export function outputFor(json: boolean): Output {
  return json ? jsonOutput(writeOut) : textOutput(writeOut);
}

function writeOut(text: string): void {
  process.stdout.write(text);
}

/** The path of a file as the project spells it, from the way that a shell completes it. */
export function projectPathOf(project: ResolvedProject, argument: string): string {
  if (project.root !== undefined && isAbsolute(argument)) return relative(project.root, argument);
  return argument.replace(/^(?:\.\/)+/, "");
}

async function assertIndexed(project: ResolvedProject): Promise<void> {
  const { database, isDefaultDatabase } = project;
  if (!isDefaultDatabase || database.kind !== "sqlite") return;
  const exists = await access(database.file).then(
    () => true,
    () => false,
  );
  if (!exists) {
    throw new MetacacheError("E_SOURCE", `project ${JSON.stringify(project.name)} has no index yet: run \`metacache index\` in it first`);
  }
}
