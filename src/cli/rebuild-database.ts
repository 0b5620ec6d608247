import { linkSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { codeOf, DatabaseUnavailableError, MetacacheError, messageOf } from "../base/errors.ts";
import { projectLabel, type ResolvedProject } from "../cache/opening/resolve-project.ts";
import type { MetadataDatabase } from "../database/metadata-database.ts";
import { openSqliteDatabase } from "../database/sqlite/open-sqlite-database.ts";
import type { SourceStore } from "../database/source-store.ts";
import type { IndexReport } from "../extraction/run/index-report.ts";
import type { Session } from "./session.ts";

/** The suffixes of the files that SQLite keeps next to a database. */
const BESIDE = ["-wal", "-shm"];

/**
 * Rebuilds the database of a project from the source tree, in a file next to the old one. Copies
 * the other projects of the old database, as far as they can be read. The new database replaces the
 * old one only when it is complete. With `giveUp`, projects that cannot be read are left out;
 * otherwise, they are an error.
 */
export async function rebuildDatabase(
  session: Session,
  index: (project: ResolvedProject) => Promise<IndexReport>,
  giveUp: boolean,
): Promise<IndexReport> {
  const { project } = session;
  if (project.database.kind !== "sqlite") {
    const remedy = "run `DROP SCHEMA metacache CASCADE` on the server, and then `metacache index`";
    throw new MetacacheError("E_CONFIG", "--rebuild works only for a database in a file, and this one is on a server", { remedy });
  }
  const { file } = project.database;
  const rebuilt = `${file}.rebuilt-${process.pid}`;
  try {
    if (!giveUp && !project.isOwnDatabase) await assertIsOurs(file);
    const others = await otherProjects(file, project.name);
    const lost = await copyProjects(file, rebuilt, others ?? []);
    if (lost.length > 0 && !giveUp) throw lostError(lost, project);
    const report = await index({ ...project, database: { kind: "sqlite", file: rebuilt }, isOwnDatabase: false });
    if (!report.aborted) {
      putInPlace(rebuilt, file);
      for (const name of lost)
        session.output.note(`the project ${projectLabel(name, project.database)} is no longer in the database: index it again`);
      if (others === undefined)
        session.output.note("the list of the projects in the old database could not be read: index its other projects and worktrees again");
    }
    return report;
  } finally {
    removeDatabase(rebuilt);
  }
}

/**
 * Throws if the file is not a database of metacache: a mistyped path must not delete another
 * program's file.
 */
async function assertIsOurs(file: string): Promise<void> {
  try {
    await using(file, true, () => Promise.resolve());
  } catch (error) {
    if (!(error instanceof DatabaseUnavailableError) || error.fault !== "not-a-database") return;
    const remedy = "check the path, or give --yes to replace the file";
    const problem = `${file} is not a database of metacache`;
    throw new DatabaseUnavailableError("not-a-database", problem, { remedy, cause: error });
  }
}

function lostError(lost: readonly string[], project: ResolvedProject): DatabaseUnavailableError {
  const names = lost.map((name) => JSON.stringify(projectLabel(name, project.database))).join(", ");
  return new DatabaseUnavailableError("corrupt", `the database also has the projects ${names}, which cannot be read completely`, {
    remedy: "restore the database from a backup, or give --yes and index these projects again",
  });
}

/** Copies these projects. Returns the names of those that cannot be read completely. */
async function copyProjects(from: string, to: string, names: readonly string[]): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const name of names) {
    // Use a new connection for each project: a connection that has met damage may fail for other
    // projects too.
    if (!(await copies(from, to, name))) lost.push(name);
  }
  return lost;
}

/**
 * Returns the projects of the database without `own`. Returns an empty list if there is no
 * database, and `undefined` if the list is damaged.
 */
async function otherProjects(file: string, own: string): Promise<readonly string[] | undefined> {
  try {
    return await using(file, true, async (database) => (await database.projectNames()).filter((name) => name !== own));
  } catch (error) {
    if (!isDamage(error)) throw error;
    return isDatabaseFault(error, "missing") ? [] : undefined;
  }
}

async function copies(from: string, to: string, name: string): Promise<boolean> {
  try {
    await using(from, true, (old) =>
      using(to, false, async (rebuilt) => {
        const [present, copy] = [await old.openProject(name), await rebuilt.openProject(name)];
        const scan = await present.scan(ROWS_AT_ONCE);
        for await (const rows of scan.pages) {
          const records = rows.flatMap(({ record }) => record ?? []);
          await copy.write(records, []);
        }
        await copyRuns(present.source, copy.source);
      }),
    );
    return true;
  } catch (error) {
    if (!isDamage(error)) throw error;
    await using(to, false, (rebuilt) => rebuilt.removeProject(name));
    return false;
  }
}

const ROWS_AT_ONCE = 250;

/** Copies the runs of the project and its skipped files. */
async function copyRuns(from: SourceStore, to: SourceStore): Promise<void> {
  const runs = await from.runs();
  if (runs?.complete !== undefined) await to.endRun(runs.complete, await from.skippedFiles());
  if (runs !== undefined && runs.latest.begunAt !== runs.complete?.begunAt) await to.beginRun(runs.latest);
}

async function using<T>(file: string, readOnly: boolean, use: (database: MetadataDatabase) => Promise<T>): Promise<T> {
  const database = await openSqliteDatabase({ file, readOnly });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

function isDamage(error: unknown): boolean {
  return isDatabaseFault(error, "corrupt", "missing", "not-a-database");
}

function isDatabaseFault(error: unknown, ...faults: readonly string[]): boolean {
  return error instanceof DatabaseUnavailableError && faults.includes(error.fault);
}

/**
 * Replaces the database file. Moves the old file away first, and then the files next to it: SQLite
 * would take an old log for the log of the new file. Links the new file into place, because a link
 * fails if another program has created the database in the meantime. That database then stays.
 */
function putInPlace(rebuilt: string, file: string): void {
  const old = `${file}.old-${process.pid}`;
  for (const suffix of ["", ...BESIDE]) moveAway(file + suffix, old + suffix);
  try {
    linkSync(rebuilt, file);
    unlinkSync(rebuilt);
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      throw new DatabaseUnavailableError("locked", `another program has created the database ${file} in the meantime`, {
        remedy: "run the command again",
        cause: error,
      });
    }
    renameSync(rebuilt, file);
  } finally {
    removeDatabase(old);
  }
}

function moveAway(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw new DatabaseUnavailableError("io", `${from} cannot be moved away: ${messageOf(error)}`, {
      remedy: "give this user write permission for its folder",
      cause: error,
    });
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ["", ...BESIDE]) rmSync(file + suffix, { force: true });
}
