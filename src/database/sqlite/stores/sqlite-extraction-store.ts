import type { ProjectPath } from "../../../record/project-path.ts";
import { type ExtractionStore, KEPT_BYTES, MAX_KEPT_RECORD_BYTES, type SiblingIndex } from "../../extraction-store.ts";
import { RECORD_COLUMNS } from "../../shared/row-codec.ts";
import { damageOf } from "../../shared/sealed-checkpoint.ts";
import type { SqliteConnection } from "../file/sqlite-connection.ts";
import type { SqliteFile } from "../file/sqlite-file.ts";
import { readProject } from "../project-rows.ts";
import { readSibling } from "../sibling-index.ts";

const HAS_OTHERS = `
  SELECT EXISTS (SELECT 1 FROM kept_extraction) OR EXISTS (SELECT 1 FROM project WHERE id <> ? AND revision > 0)`;

const COLUMNS = RECORD_COLUMNS.join(", ");
const BYTES = RECORD_COLUMNS.map((column) => `length(CAST(${column} AS BLOB))`).join(" + ");
const KEEP = `
  INSERT OR IGNORE INTO kept_extraction (${COLUMNS}, bytes) SELECT ${COLUMNS}, bytes FROM (
    SELECT ${COLUMNS}, ${BYTES} AS bytes FROM file WHERE project_id = ? AND path = ? AND problems NOT LIKE '%time-budget%'
  ) WHERE bytes <= ${MAX_KEPT_RECORD_BYTES}`;
const FORGET = `
  DELETE FROM kept_extraction WHERE id <= (
    SELECT max(id) FROM (SELECT id, sum(bytes) OVER (ORDER BY id DESC) AS total FROM kept_extraction) WHERE total > ${KEPT_BYTES})`;

/** Finds the records of an SQLite file by the content that they were made from. */
export class SqliteExtractionStore implements ExtractionStore {
  readonly #project: string;
  readonly #file: SqliteFile;

  constructor(project: string, file: SqliteFile) {
    this.#project = project;
    this.#file = file;
  }

  hasOthers(): Promise<boolean> {
    return this.#file.read((connection) => Number(connection.get(HAS_OTHERS, this.#id(connection))?.[0]) === 1);
  }

  async keep(paths: readonly ProjectPath[]): Promise<void> {
    if (paths.length === 0) return;
    await this.#file.write((connection) => {
      const id = this.#id(connection);
      for (const path of paths) connection.run(KEEP, id, path);
      connection.run(FORGET);
    });
  }

  async readSibling(format: number): Promise<SiblingIndex | undefined> {
    const { file } = this.#file;
    const { snapshot, first } = await this.#file.openSnapshot((connection) => readProject(connection, file, this.#project), "turns");
    try {
      return await readSibling(snapshot, first, file, format);
    } catch (error) {
      // Corrupt rows of another project must not fail a run of this one. Its own rows are read
      // next.
      damageOf(error);
      return undefined;
    } finally {
      snapshot.close();
    }
  }

  #id(connection: SqliteConnection): number {
    return readProject(connection, this.#file.file, this.#project).id;
  }
}
