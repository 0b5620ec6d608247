import { realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ConfigError, MetacacheError, messageOf } from "../../base/errors.ts";
import { describe } from "../../base/validation.ts";
import { type ConfigSources, type MetacacheConfig, resolveConfig } from "../../config/config-sources.ts";
import { PROJECT_FILE_NAME, readProjectFile } from "../../config/project-file.ts";
import { type DatabaseLocation, parseDatabaseLocation } from "../../database/location/database-location.ts";
import { linkedWorktree } from "./worktree.ts";
import { assertOwnDatabase } from "../../database/location/own-database.ts";

/**
 * The folder of the default database. Its `.gitignore` ignores the folder itself, so that nobody
 * commits it.
 */
const DATABASE_FOLDER = ".metacache";
const DATABASE_FILE = "metadata.db";

/**
 * The name of a project in the database in its own folder. The name contains no path: if the folder
 * is moved or copied together with the database, it is still the same project.
 */
const OWN_NAME = ".";

/** What a call says about the project. */
export interface ProjectSources {
  readonly project?: string | undefined;
  readonly flags?: ConfigSources["flags"];
  readonly environment?: ConfigSources["environment"];
  /** The options of the call itself. */
  readonly call?: ConfigSources["call"];
}

/**
 * A project and the place of its data, resolved from the options, the environment and the project
 * file.
 */
export interface ResolvedProject {
  /**
   * The name of the project in the database: the given name; or `.` in the project's own database;
   * otherwise, also in a linked worktree, the real path of the root.
   */
  readonly name: string;
  /** The name of the project in messages: its root, or the given name. */
  readonly label: string;
  /** `undefined` if the project was given by name. */
  readonly root: string | undefined;
  readonly database: DatabaseLocation;
  /**
   * True if the database is in the folder `.metacache` of the project, or of the repository to
   * which the worktree belongs.
   */
  readonly isOwnDatabase: boolean;
  readonly config: MetacacheConfig;
}

/**
 * Finds the project and the database of a call. Reads the project file. Opens and creates nothing.
 */
export async function resolveProject(sources: ProjectSources = {}): Promise<ResolvedProject> {
  const { project = ".", flags, environment = process.env, call } = sources;
  if (typeof project !== "string" || project === "")
    throw new ConfigError("project", [`must be a path or a name, not ${describe(project)}`]);
  let root = isPath(project) ? await realRoot(project) : undefined;
  let config = resolveConfig({ call, flags, environment, file: root === undefined ? undefined : readProjectFile(root) });
  if (config.database === undefined && root === undefined) {
    // Without a database, a plain word can only be the name of a folder.
    if (!(await isDirectory(project))) throw new ConfigError("database", [missingDatabase(project)]);
    root = await realRoot(project);
    config = resolveConfig({ call, flags, environment, file: readProjectFile(root) });
  }
  const worktree = root === undefined ? undefined : await linkedWorktree(root);
  const database = await databaseOf(config, worktree?.home ?? root);
  const isOwnDatabase = root !== undefined && (await isOwn(database, worktree?.home ?? root));
  const given = nameOf(config, worktree === undefined ? undefined : root);
  const name = given ?? (isOwnDatabase && worktree === undefined ? OWN_NAME : (root ?? project));
  return { name, label: given ?? root ?? project, root, database, isOwnDatabase, config };
}

/**
 * Adds the worktree to a name from the project file. All worktrees of a repository share that file,
 * so with the name alone each worktree would answer with the records of the others.
 */
function nameOf({ name }: MetacacheConfig, worktree: string | undefined): string | undefined {
  return name?.from === "file" && worktree !== undefined ? `${name.text}@${worktree}` : name?.text;
}

/** Returns the path of the database in the folder of the project at `root`. */
export function ownDatabaseOf(root: string): string {
  return join(root, DATABASE_FOLDER, DATABASE_FILE);
}

/**
 * Returns the name of a project in messages. In a project's own database the name `.` tells
 * nothing, so this returns the folder.
 */
export function projectLabel(name: string, database: DatabaseLocation): string {
  if (name !== OWN_NAME || database.kind !== "sqlite" || basename(dirname(database.file)) !== DATABASE_FOLDER) return name;
  return dirname(dirname(database.file));
}

/**
 * Finds the database of the configuration. A project's folder may come from a stranger, so a
 * location inside that folder must not lead outside of it (law 12).
 */
async function databaseOf(config: MetacacheConfig, root: string | undefined): Promise<DatabaseLocation> {
  if (config.database === undefined) {
    const location: DatabaseLocation = { kind: "sqlite", file: ownDatabaseOf(root ?? "") };
    if (root !== undefined) await assertOwnDatabase(root, location, DATABASE_FOLDER);
    return location;
  }
  if (config.database.from !== "file" || root === undefined) return parseDatabaseLocation(config.database.location);
  const location = parseDatabaseLocation(config.database.location, root);
  await assertOwnDatabase(root, location, PROJECT_FILE_NAME);
  return location;
}

async function isOwn(database: DatabaseLocation, root: string): Promise<boolean> {
  if (database.kind !== "sqlite") return false;
  if (database.file === ownDatabaseOf(root)) return true;
  return basename(database.file) === DATABASE_FILE && (await realPathOf(dirname(database.file))) === join(root, DATABASE_FOLDER);
}

/**
 * Returns the real path of the part of `path` that exists, followed by the rest of `path`
 * unchanged.
 */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPathOf(parent), basename(path));
  }
}

export function isInside(root: string, path: string): boolean {
  const fromRoot = relative(root, path);
  return fromRoot !== ".." && !fromRoot.startsWith(`..${sep}`) && !isAbsolute(fromRoot);
}

function missingDatabase(project: string): string {
  return `is missing: there is no folder ${describe(project)} here, and a project that is given by name needs a database`;
}

function isPath(project: string): boolean {
  return project.startsWith(".") || /[\\/]/.test(project);
}

export async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/**
 * Returns the real path of the root, so that a project has one name, also if symbolic links lead to
 * it.
 */
async function realRoot(project: string): Promise<string> {
  let path = project;
  try {
    path = resolve(project);
    const root = await realpath(path);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    throw new MetacacheError("E_SOURCE", `the project's root ${describe(path)} cannot be opened: ${messageOf(error)}`, {
      remedy: "give a folder that the current user may read",
      cause: error,
    });
  }
  throw new MetacacheError("E_SOURCE", `the project's root ${describe(path)} is not a directory`, {
    remedy: "give the folder that holds the code",
  });
}
