import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../../testing/random.ts";
import { PATHS, PROJECTS } from "../operations/contended-records.ts";
import type { WitnessedChange } from "../proof/history-tree.ts";
import { nowUs } from "../operations/operation.ts";
import { statementsOf } from "./plain-write.ts";
import type { Restore } from "../proof/timeline.ts";

const SQLITE_BUSY = 5;
const MOST_ATTEMPTS = 10_000;
/**
 * If more revisions are undone, the others take some time to reach the old revisions again by
 * themselves.
 */
const MOST_WRITTEN_PAST = 1_000;

/**
 * The undone rows of the witness are kept beside the database, because the restore removes them
 * from it as from any backup.
 */
const ASIDE = `
PRAGMA aside.journal_mode = MEMORY;
PRAGMA aside.synchronous = OFF;
CREATE TABLE aside.undone (branch INTEGER, project_id INTEGER, revision INTEGER, path TEXT, digest TEXT);`;

const KEPT_TABLES = ["project", "file", "change"] as const;

const KEEP = KEPT_TABLES.map(
  (table) => `DROP TABLE IF EXISTS aside.kept_${table}; CREATE TABLE aside.kept_${table} AS SELECT * FROM main.${table};`,
).join("\n");

/**
 * Precondition: no trigger counts these changes. Only the end of `history` is undone, as an older
 * copy would have it, except for the oldest tokens, which nobody asks for. Reads only the undone
 * rows: all others wait for the lock meanwhile.
 */
const PUT_BACK = `
INSERT INTO aside.undone SELECT late.* FROM ${lateRowsOf("witness")};
${(["witness", "history"] as const)
  .map(
    (table) =>
      `DELETE FROM main.${table} WHERE (project_id, revision) IN (SELECT late.project_id, late.revision FROM ${lateRowsOf(table)});`,
  )
  .join("\n")}
${["file", "change"].map((table) => `DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM aside.kept_${table};`).join("\n")}
UPDATE main.project SET (revision, horizon, token) =
  (SELECT kept.revision, kept.horizon, kept.token FROM aside.kept_project AS kept WHERE kept.id = project.id);
UPDATE present_branch SET number = number + 1;`;

/**
 * Puts older states of a whole database back, each in one transaction. So nobody sees a
 * half-restored database, and exactly the changes are undone that the witness had seen until then.
 */
export class SqliteRestores {
  readonly made: Restore[] = [];
  readonly #connection: DatabaseSync;
  #written = 0;

  constructor(file: string, aside: string) {
    this.#connection = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: false });
    this.#connection.prepare("ATTACH ? AS aside").run(aside);
    this.#connection.exec(ASIDE);
  }

  async keepCopy(): Promise<void> {
    await beginAtOnce(this.#connection);
    this.#connection.exec(`${KEEP} COMMIT`);
  }

  /** Precondition: a copy was kept. The same copy may be put back again. */
  async putBack(random: Random): Promise<void> {
    await beginAtOnce(this.#connection);
    const triggers = this.#connection.prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'").all();
    const undone = PROJECTS.map((project) => this.#revisionOf(project));
    for (const { name } of triggers) this.#connection.exec(`DROP TRIGGER main.${String(name)}`);
    this.#connection.exec(PUT_BACK);
    for (const { sql } of triggers) this.#connection.exec(String(sql));
    const bases = PROJECTS.map((project) => this.#revisionOf(project));
    // Otherwise noticing a lower revision would be enough to notice the restore.
    if (random.integer(2) === 0) for (const [project, revision] of undone.entries()) this.#writePast(project, revision, random);
    const projects = PROJECTS.map((project, index) => ({ base: bases[index] ?? 0, reached: this.#revisionOf(project) }));
    const begin = nowUs();
    this.#connection.exec("COMMIT");
    this.made.push({ begin, end: nowUs(), projects });
  }

  async *history(): AsyncGenerator<WitnessedChange> {
    const rows = this.#connection.prepare(
      `SELECT name, branch, seen.revision, path, digest FROM (SELECT * FROM witness UNION ALL SELECT * FROM aside.undone) AS seen
       JOIN main.project ON project.id = project_id ORDER BY project_id, branch, seen.revision`,
    );
    for (const { name, branch, revision, path, digest } of rows.iterate()) {
      const change = { project: String(name), branch: Number(branch), revision: Number(revision), path: String(path) };
      yield { ...change, digest: digest === null ? undefined : String(digest) };
    }
  }

  close(): void {
    this.#connection.close();
  }

  #writePast(project: number, undone: number, random: Random): void {
    const name = PROJECTS[project] as string;
    const goal = undone + random.integer(5);
    let left = goal - this.#revisionOf(name);
    if (left > MOST_WRITTEN_PAST) return;
    for (; left > 0; left--) {
      const put = [[random.pick(PATHS), `restored.${++this.#written}`]] as const;
      const write = { project: name, put, remove: [], isMove: false, isTakenBack: false };
      for (const { sql, values } of statementsOf(write, "path")) this.#connection.prepare(sql).run(...values);
    }
  }

  #revisionOf(project: string): number {
    return Number(this.#connection.prepare("SELECT revision FROM main.project WHERE name = ?").get(project)?.["revision"]);
  }
}

/**
 * Waits between attempts, not in them: a process that holds the lock may be frozen, and this
 * process wakes it.
 */
export async function beginAtOnce(connection: DatabaseSync): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      connection.exec("BEGIN IMMEDIATE");
      return;
    } catch (error) {
      const isBusy = error instanceof Error && "errcode" in error && Number(error.errcode) % 256 === SQLITE_BUSY;
      if (!isBusy || attempt === MOST_ATTEMPTS) throw error;
      await sleep(1);
    }
  }
}

/** The tables in this order: by their keys, one range for each project. */
function lateRowsOf(table: "witness" | "history"): string {
  return `aside.kept_project AS kept CROSS JOIN main.${table} AS late ON late.project_id = kept.id AND late.revision > kept.revision`;
}
