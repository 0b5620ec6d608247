import { realpath, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ConfigError, MetacacheError, messageOf } from "../../base/errors.ts";
import { describe } from "../../base/validation.ts";
import { type ConfigSources, type MetacacheConfig, resolveConfig } from "../../config/config-sources.ts";
import { PROJECT_FILE_NAME, readProjectFile } from "../../config/project-file.ts";
import { type DatabaseLocation, parseDatabaseLocation } from "../../database/location/database-location.ts";
import { linkedWorktree } from "./worktree.ts";
import { assertOwnDatabase } from "../../database/location/own-database.ts";

/** The folder of the default database; it ignores itself, so that no repository takes it in. */
const DATABASE_FOLDER = ".metacache";
const DATABASE_FILE = "metadata.db";

/**
 * What a project is called in the database in its own folder. No path is in it: the folder may be moved or copied with the
 * database, and is still the same project.
 */
const OWN_NAME = ".";

/** Which project is meant, as a call says it. */
export interface ProjectSources {
  readonly project?: string | undefined;
  readonly flags?: ConfigSources["flags"];
  readonly environment?: ConfigSources["environment"];
  /** The options of the call itself. */
  readonly call?: ConfigSources["call"];
}

/** A project and where its data is, as the options, the environment and the project file together say it. */
export interface ResolvedProject {
  /** What the database knows the project by: the name given, `.` in the project's own database, else (so in a linked worktree) the root's real path. */
  readonly name: string;
  /** What to call it in front of a person: its root, or the name given. */
  readonly label: string;
  /** `undefined` for a project that was given by name. */
  readonly root: string | undefined;
  readonly database: DatabaseLocation;
  /** Whether the database is the one in the folder `.metacache` of the project, or of the repository whose worktree the project is. */
  readonly isOwnDatabase: boolean;
  readonly config: MetacacheConfig;
}

/** Which project and which database are meant. Reads the project file; opens and creates nothing. */
export async function resolveProject(sources: ProjectSources = {}): Promise<ResolvedProject> {
  const { project = ".", flags, environment = process.env, call } = sources;
  if (typeof project !== "string" || project === "")
    throw new ConfigError("project", [`must be a path or a name, not ${describe(project)}`]);
  let root = isPath(project) ? await realRoot(project) : undefined;
  let config = resolveConfig({ call, flags, environment, file: root === undefined ? undefined : readProjectFile(root) });
  if (config.database === undefined && root === undefined) {
    // Without a database, a bare word can only be a folder.
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

/** All worktrees of a repository have the same project file: by the name in it alone, each would answer for the others. */
function nameOf({ name }: MetacacheConfig, worktree: string | undefined): string | undefined {
  return name?.from === "file" && worktree !== undefined ? `${name.text}@${worktree}` : name?.text;
}

/** The database in the folder of the project at `root`. */
export function ownDatabaseOf(root: string): string {
  return join(root, DATABASE_FOLDER, DATABASE_FILE);
}

/** What to call a project of a database in front of a person: in a project's own database, its name is no help. */
export function projectLabel(name: string, database: DatabaseLocation): string {
  if (name !== OWN_NAME || database.kind !== "sqlite" || basename(dirname(database.file)) !== DATABASE_FOLDER) return name;
  return dirname(dirname(database.file));
}

/** What lies in a project's folder may be a stranger's, and leads to nothing outside of it (law 12). */
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

/** The real path of what exists of `path`, with the rest of it as it stands. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPathOf(parent), basename(path));
  }
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
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

/** One project, one name: the real path, whichever link led there. */
async function realRoot(project: string): Promise<string> {
  let path = project;
  try {
    path = resolve(project);
    const root = await realpath(path);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    throw new MetacacheError("E_SOURCE", `the project's root ${describe(path)} cannot be opened: ${messageOf(error)}`, {
      remedy: "give a folder that this user may read",
      cause: error,
    });
  }
  throw new MetacacheError("E_SOURCE", `the project's root ${describe(path)} is not a directory`, {
    remedy: "give the folder that holds the code",
  });
}
