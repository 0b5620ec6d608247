import { linkSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { codeOf, DatabaseUnavailableError, MetacacheError, messageOf } from "../base/errors.ts";
import { projectLabel, type ResolvedProject } from "../cache/opening/resolve-project.ts";
import type { MetadataDatabase } from "../database/metadata-database.ts";
import { openSqliteDatabase } from "../database/sqlite/open-sqlite-database.ts";
import type { SourceStore } from "../database/source-store.ts";
import type { IndexReport } from "../extraction/run/index-report.ts";
import type { Session } from "./session.ts";

/** What SQLite keeps beside a database. */
const BESIDE = ["-wal", "-shm"];

/**
 * Makes the database of a project anew: beside the old one, from the source tree, with what can be read of other projects in it.
 * Only when all of it is there, it takes the old one's place. `giveUp` lets projects go that cannot be read.
 */
export async function rebuildDatabase(
  session: Session,
  index: (project: ResolvedProject) => Promise<IndexReport>,
  giveUp: boolean,
): Promise<IndexReport> {
  const { project } = session;
  if (project.database.kind !== "sqlite") {
    const remedy = "run `DROP SCHEMA metacache CASCADE` on the server, and `metacache index`";
    throw new MetacacheError("E_CONFIG", "--rebuild is for a database in a file, not for one on a server", { remedy });
  }
  const { file } = project.database;
  const made = `${file}.rebuilt-${process.pid}`;
  try {
    if (!giveUp && !project.isOwnDatabase) await assertIsOurs(file);
    const others = await otherProjects(file, project.name);
    const lost = await copyProjects(file, made, others ?? []);
    if (lost.length > 0 && !giveUp) throw lostError(lost, project);
    const report = await index({ ...project, database: { kind: "sqlite", file: made }, isOwnDatabase: false });
    if (!report.aborted) {
      putInPlace(made, file);
      for (const name of lost)
        session.output.note(`the project ${projectLabel(name, project.database)} is no longer in the database: index it again`);
      if (others === undefined)
        session.output.note(
          "the list of the projects in the old database could not be read: index other projects and worktrees that it had again",
        );
    }
    return report;
  } finally {
    removeDatabase(made);
  }
}

/** A mistyped path must not cost another program's file. */
async function assertIsOurs(file: string): Promise<void> {
  try {
    await using(file, true, () => Promise.resolve());
  } catch (error) {
    if (!(error instanceof DatabaseUnavailableError) || error.fault !== "not-a-database") return;
    const remedy = "check its path, or give --yes to replace it";
    const problem = `${file} does not look like a database of metacache's`;
    throw new DatabaseUnavailableError("not-a-database", problem, { remedy, cause: error });
  }
}

function lostError(lost: readonly string[], project: ResolvedProject): DatabaseUnavailableError {
  const names = lost.map((name) => JSON.stringify(projectLabel(name, project.database))).join(", ");
  return new DatabaseUnavailableError("corrupt", `the database also has the projects ${names}, which cannot be read whole`, {
    remedy: "restore it from a backup, or give --yes and index them again",
  });
}

/** Copies these projects; returns the names of those that cannot be read whole. */
async function copyProjects(from: string, to: string, names: readonly string[]): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const name of names) {
    // A connection that met damage is of no more use: each project has its own.
    if (!(await copies(from, to, name))) lost.push(name);
  }
  return lost;
}

/** The projects of the database but `own`; none if there is no database, `undefined` if damage hides which there are. */
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
      using(to, false, async (made) => {
        const [present, copy] = [await old.openProject(name), await made.openProject(name)];
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
    await using(to, false, (made) => made.removeProject(name));
    return false;
  }
}

const ROWS_AT_ONCE = 250;

/** What is known of how the project's tree was read goes with its records. */
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
 * The old file goes first, then what belongs to it: a log that stayed would be taken for the new file's. The new one comes by a
 * link, which fails if another program has created the database meanwhile; then that one stays.
 */
function putInPlace(made: string, file: string): void {
  const old = `${file}.old-${process.pid}`;
  for (const suffix of ["", ...BESIDE]) moveAway(file + suffix, old + suffix);
  try {
    linkSync(made, file);
    unlinkSync(made);
  } catch (error) {
    if (codeOf(error) === "EEXIST") {
      throw new DatabaseUnavailableError("locked", `another program has made the database ${file} meanwhile`, {
        remedy: "run this again",
        cause: error,
      });
    }
    renameSync(made, file);
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
      remedy: "give this user the right to write to its folder",
      cause: error,
    });
  }
}

function removeDatabase(file: string): void {
  for (const suffix of ["", ...BESIDE]) rmSync(file + suffix, { force: true });
}
