import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Random } from "../../testing/random.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { PROJECTS } from "../operations/contended-records.ts";
import type { WitnessedChange } from "../proof/history-tree.ts";
import { FILE_COLUMNS, fileOf, type PlainWrite, statementsOf, TakenBack } from "./plain-write.ts";
import { beginAtOnce, SqliteRestores } from "./sqlite-restores.ts";
import type { Target } from "./target.ts";
import type { Restore } from "../proof/timeline.ts";

/**
 * A trigger on the change log, inside the transaction of the change. Changes that are rolled back
 * are not witnessed.
 */
const WITNESS = `
CREATE TABLE present_branch (number INTEGER NOT NULL);
INSERT INTO present_branch VALUES (0);
CREATE TABLE witness (
  branch INTEGER NOT NULL, project_id INTEGER NOT NULL, revision INTEGER NOT NULL, path TEXT NOT NULL, digest TEXT,
  PRIMARY KEY (project_id, revision)
) WITHOUT ROWID;
CREATE TRIGGER witness_change AFTER INSERT ON change BEGIN
  INSERT INTO witness VALUES ((SELECT number FROM present_branch), NEW.project_id, NEW.revision, NEW.path,
    (SELECT digest FROM file WHERE project_id = NEW.project_id AND path = NEW.path AND NEW.deleted = 0));
END;`;

/** One SQLite file for all processes. No operation may fail, whatever is done to the file. */
export class SqliteTarget implements Target {
  readonly url: string;
  readonly mayFail = false;
  readonly #folder: string;
  readonly #file: string;
  readonly #plain: DatabaseSync;
  readonly #restores: SqliteRestores;

  private constructor(folder: string, file: string) {
    this.#folder = folder;
    this.#file = file;
    this.url = `sqlite:${file}`;
    this.#plain = new DatabaseSync(file, { timeout: 0, enableForeignKeyConstraints: false });
    this.#plain.exec(WITNESS);
    this.#restores = new SqliteRestores(file, join(folder, "aside.db"));
  }

  static async start(): Promise<SqliteTarget> {
    const folder = mkdtempSync(join(tmpdir(), "metacache-consistency-"));
    const file = join(folder, "metadata.db");
    const database = await openSqliteDatabase({ file });
    for (const project of PROJECTS) await (await database.openProject(project)).write([], []);
    await database.close();
    return new SqliteTarget(folder, file);
  }

  async writePlainly(write: PlainWrite): Promise<{ readonly revision: number; readonly changed: number }> {
    await beginAtOnce(this.#plain);
    try {
      const before = this.#revisionOf(write.project);
      let rows: number | bigint = 0;
      for (const { sql, values } of statementsOf(write, "path")) rows = this.#plain.prepare(sql).run(...values).changes;
      if (write.isTakenBack || (write.isMove && rows === 0)) throw new TakenBack("nothing was to be committed");
      const revision = this.#revisionOf(write.project);
      this.#plain.exec("COMMIT");
      return { revision, changed: revision - before };
    } catch (error) {
      if (this.#plain.isTransaction) this.#plain.exec("ROLLBACK");
      throw error;
    }
  }

  /**
   * Compacts tombstones, so that every cache that is behind must load everything, and empties the
   * write-ahead log.
   */
  async disturb(): Promise<void> {
    const database = await openSqliteDatabase({ file: this.#file });
    for (const project of PROJECTS) {
      const store = await database.openProject(project);
      await store.compact((await store.position()).revision);
    }
    await database.close();
    // If somebody reads or writes, the checkpoint does only a part of the work.
    this.#plain.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  get restores(): readonly Restore[] {
    return this.#restores.made;
  }

  keepCopy(): Promise<void> {
    return this.#restores.keepCopy();
  }

  putBack(random: Random): Promise<void> {
    return this.#restores.putBack(random);
  }

  history(): AsyncIterable<WitnessedChange> {
    return this.#restores.history();
  }

  async files(project: string): Promise<FileMetadata[]> {
    const sql = `SELECT ${FILE_COLUMNS} FROM file WHERE project_id = (SELECT id FROM project WHERE name = ?) ORDER BY path`;
    return this.#plain.prepare(sql).all(project).map(fileOf);
  }

  async stop(): Promise<void> {
    this.#restores.close();
    this.#plain.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #revisionOf(project: string): number {
    return Number(this.#plain.prepare("SELECT revision FROM project WHERE name = ?").get(project)?.["revision"]);
  }
}
