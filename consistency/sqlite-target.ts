import { rmSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeRow, RECORD_COLUMNS } from "../src/database/row-codec.ts";
import { openSqliteDatabase } from "../src/database/sqlite/open-sqlite-database.ts";
import { PROJECTS, recordFor } from "./contended-records.ts";
import type { WitnessedChange } from "./history.ts";
import type { Target } from "./target.ts";

const BUSY_TIMEOUT_MS = 10_000;

/** A trigger on the change log, inside the transaction that makes the change: what is rolled back is not witnessed. */
const WITNESS = `
CREATE TABLE witness (project_id INTEGER NOT NULL, revision INTEGER NOT NULL, path TEXT NOT NULL, digest TEXT);
CREATE TRIGGER witness_change AFTER INSERT ON change BEGIN
  INSERT INTO witness VALUES (NEW.project_id, NEW.revision, NEW.path,
    (SELECT digest FROM file WHERE project_id = NEW.project_id AND path = NEW.path AND NEW.deleted = 0));
END;`;

/** One SQLite file for all processes. Nothing is ever done to it: no operation may fail. */
export class SqliteTarget implements Target {
  readonly url: string;
  readonly isDisturbed = false;
  readonly #folder: string;
  readonly #plain: DatabaseSync;

  private constructor(folder: string, file: string) {
    this.#folder = folder;
    this.url = `sqlite:${file}`;
    this.#plain = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, enableForeignKeyConstraints: false });
    this.#plain.exec(WITNESS);
  }

  static async start(): Promise<SqliteTarget> {
    const folder = mkdtempSync(join(tmpdir(), "metacache-consistency-"));
    const file = join(folder, "metadata.db");
    const database = await openSqliteDatabase({ file });
    for (const project of PROJECTS) await database.openProject(project);
    await database.close();
    return new SqliteTarget(folder, file);
  }

  async writePlainly(project: string, path: string, digest: string | undefined): Promise<void> {
    const own = "(SELECT id FROM project WHERE name = ?)";
    if (digest === undefined) {
      this.#plain.prepare(`DELETE FROM file WHERE project_id = ${own} AND path = ?`).run(project, path);
      return;
    }
    const columns = RECORD_COLUMNS.join(", ");
    const updates = RECORD_COLUMNS.slice(1).map((column) => `${column} = excluded.${column}`);
    this.#plain
      .prepare(
        `INSERT INTO file (project_id, ${columns}) VALUES (${own}, ${RECORD_COLUMNS.map(() => "?").join(", ")})
         ON CONFLICT (project_id, path) DO UPDATE SET ${updates.join(", ")}`,
      )
      .run(project, ...encodeRow(recordFor(path, digest)));
  }

  async disturb(): Promise<void> {
    await sleep(100);
  }

  async *history(): AsyncGenerator<WitnessedChange> {
    const rows = this.#plain.prepare(
      "SELECT name, witness.revision, path, digest FROM witness JOIN project ON project.id = project_id ORDER BY project_id, witness.revision",
    );
    for (const { name, revision, path, digest } of rows.iterate()) {
      yield { project: String(name), revision: Number(revision), path: String(path), digest: digest === null ? undefined : String(digest) };
    }
  }

  async stop(): Promise<void> {
    this.#plain.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
