import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { codeOf, DatabaseUnavailableError, MetacacheError, messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import { nearest } from "../../base/text/nearest.ts";
import { describe } from "../../base/validation.ts";
import { shownLocation } from "../../database/location/database-location.ts";
import type { DatabaseSource } from "../../database/location/database-source.ts";
import type { MetadataDatabase } from "../../database/metadata-database.ts";
import { UncreatedDatabase } from "../../database/uncreated-database.ts";
import { isDirectory, isInside, projectLabel, type ResolvedProject } from "./resolve-project.ts";

/**
 * Opens the database of a project. Reading creates nothing (law 8). With `create`, a database or a
 * project that does not exist reads as empty until the first write creates it. Without `create`, it
 * throws an error that says what exists (law 6).
 */
export async function openProjectDatabase(
  project: ResolvedProject,
  options: { readonly create: boolean; readonly clock: Clock; readonly logger: Logger },
): Promise<MetadataDatabase> {
  const source = await sourceOf(project, options.clock, options.logger);
  try {
    const database = await source.open();
    if (options.create) return database ?? new UncreatedDatabase(source, options.clock);
    if (database === undefined) throw await missingDatabaseError(project);
    await assertKnown(project, database);
    return database;
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Opens a whole database with all projects. Throws the fault "missing" if it does not exist. */
export async function openExistingDatabase(project: ResolvedProject, clock: Clock, logger: Logger): Promise<MetadataDatabase> {
  const source = await sourceOf(project, clock, logger);
  const database = await source.open();
  if (database !== undefined) return database;
  await source.close();
  throw await missingDatabaseError(project);
}

async function sourceOf({ database, isOwnDatabase }: ResolvedProject, clock: Clock, logger: Logger): Promise<DatabaseSource> {
  // Imported here, so that no program loads the code of the database that it does not use.
  if (database.kind === "postgres") {
    const { postgresSource } = await import("../../database/postgres/open-postgres-database.ts");
    return postgresSource({ url: database.url, clock, logger });
  }
  const { sqliteSource } = await import("../../database/sqlite/sqlite-source.ts");
  const { file } = database;
  return sqliteSource({ file, clock, logger, ...(isOwnDatabase && { createFolder: () => createDatabaseFolder(dirname(file)) }) });
}

async function assertKnown(project: ResolvedProject, database: MetadataDatabase): Promise<void> {
  try {
    const names = await database.projectNames();
    if (names.includes(project.name)) return;
    // A linked worktree uses the database of its repository under another name, so the database may
    // not have that name yet.
    throw project.isOwnDatabase && project.config.name === undefined ? noIndexYet(project) : await unknownProjectError(project, names);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function missingDatabaseError(project: ResolvedProject): Promise<MetacacheError> {
  if (project.isOwnDatabase) return noIndexYet(project);
  const { database } = project;
  const location = shownLocation(database);
  if (database.kind === "postgres") {
    const remedy = "check its name, or run `metacache index` with it first";
    return new DatabaseUnavailableError("missing", `the database ${location} has no metacache data yet`, { remedy });
  }
  const others = await readdir(dirname(location)).catch(() => []);
  const meant = nearest(basename(location), others);
  const remedy =
    meant === undefined ? "check its path, or run `metacache index` with it first" : `did you mean ${join(dirname(location), meant)}?`;
  return new DatabaseUnavailableError("missing", `there is no database ${location}`, { remedy });
}

function noIndexYet({ label }: ResolvedProject): MetacacheError {
  return new MetacacheError("E_SOURCE", `project ${describe(label)} has no index yet`, { remedy: "run `metacache index` in it first" });
}

const SHOWN_NAMES = 10;

/**
 * Says what the database has instead: a project in a folder above, a project with a similar name, a
 * project whose folder is gone.
 */
async function unknownProjectError(project: ResolvedProject, names: readonly string[]): Promise<MetacacheError> {
  const { database, label } = project;
  // A given name is not a folder.
  const root = project.config.name === undefined ? project.root : undefined;
  const labels = names.map((name) => projectLabel(name, database));
  const list = labels.slice(0, SHOWN_NAMES).map(describe).join(", ");
  const has = names.length === 0 ? "no project" : `${list}${names.length > SHOWN_NAMES ? ` and ${names.length - SHOWN_NAMES} more` : ""}`;
  const message = `the database ${shownLocation(database)} does not know the project ${describe(label)}; it has ${has}`;
  const remedy = (await otherMeant(label, root, labels)) ?? "index it first, or give the name of a project that the database has";
  return new MetacacheError("E_PROJECT_UNKNOWN", message, { remedy });
}

async function otherMeant(label: string, root: string | undefined, labels: readonly string[]): Promise<string | undefined> {
  const above = root === undefined ? undefined : labels.filter((name) => isAbsolute(name) && isInside(name, root)).sort(byLength)[0];
  if (above !== undefined) return `this folder is in ${describe(above)}, so give that folder as the project`;
  if (root !== undefined) {
    for (const name of labels.filter((each) => isAbsolute(each) && basename(each) === basename(root))) {
      if (!(await isDirectory(name))) return moved(name);
    }
  }
  const alike = nearest(label, labels);
  if (alike !== undefined) return `did you mean ${describe(alike)}?`;
  if (root === undefined) return undefined;
  const gone = [];
  for (const name of labels) if (isAbsolute(name) && !(await isDirectory(name))) gone.push(name);
  return gone[0] !== undefined && gone.length === 1 ? moved(gone[0]) : undefined;
}

function moved(name: string): string {
  return `${describe(name)} no longer exists; if that project was moved here, give its old path as the name (--name, or the option name), or index it again`;
}

function byLength(one: string, other: string): number {
  return other.length - one.length;
}

async function createDatabaseFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (code === "EEXIST") return;
    // The folder may be read-only and still hold a database that can be read.
    if (
      await stat(folder).then(
        () => true,
        () => false,
      )
    )
      return;
    throw new DatabaseUnavailableError(
      ["EACCES", "EPERM", "ERR_ACCESS_DENIED"].includes(code) ? "denied" : code === "EROFS" ? "read-only" : "io",
      `the folder ${describe(folder)} for the project's database cannot be created: ${messageOf(error)}`,
      { remedy: "give another place with the option database", cause: error },
    );
  }
}
