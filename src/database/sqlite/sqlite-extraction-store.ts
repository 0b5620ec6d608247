import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { type ExtractedContent, type ExtractionStore, KEPT_BYTES, MAX_KEPT_RECORD_BYTES } from "../extraction-store.ts";
import { decodeRow, RECORD_COLUMNS, selectRecord } from "../shared/row-codec.ts";
import type { SqliteConnection } from "./file/sqlite-connection.ts";
import type { SqliteFile } from "./file/sqlite-file.ts";
import { readProject } from "./project-rows.ts";

const HAS_OTHERS = `
  SELECT EXISTS (SELECT 1 FROM kept_extraction) OR EXISTS (SELECT 1 FROM project WHERE id <> ? AND revision > 0)`;
const OF_CONTENT = "WHERE digest = ? AND language = ? AND extractor_version = ? AND problems NOT LIKE '%time-budget%'";
const FIND = ["file", "kept_extraction"].map((table) => `SELECT ${selectRecord(table)} FROM ${table} ${OF_CONTENT} LIMIT 1`);

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

  find(contents: readonly ExtractedContent[]): Promise<readonly FileMetadata[]> {
    return this.#file.read((connection) => contents.flatMap((content) => findOne(connection, content) ?? []));
  }

  async keep(paths: readonly ProjectPath[]): Promise<void> {
    if (paths.length === 0) return;
    await this.#file.write((connection) => {
      const id = this.#id(connection);
      for (const path of paths) connection.run(KEEP, id, path);
      connection.run(FORGET);
    });
  }

  #id(connection: SqliteConnection): number {
    return readProject(connection, this.#file.file, this.#project).id;
  }
}

function findOne(connection: SqliteConnection, { digest, language, extractorVersion }: ExtractedContent): FileMetadata | undefined {
  for (const statement of FIND) {
    const row = connection.get(statement, digest, language, extractorVersion);
    // If a row cannot be read, the file is parsed, as if there were no row.
    const record = row === undefined ? undefined : decodeRow(0, row, 0).record;
    if (record !== undefined) return record;
  }
  return undefined;
}
