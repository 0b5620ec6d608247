import type { NotedState } from "../../../record/fingerprint.ts";
import {
  type BegunRun,
  chooseSkipped,
  type CompleteRun,
  decodeRuns,
  decodeSkipped,
  decodeSkippedFiles,
  encodeRun,
  type SkippedFile,
  type SourceRuns,
  type SourceStore,
} from "../../source-store.ts";
import { insertProject, readProject } from "../project-rows.ts";
import type { SqliteConnection } from "../file/sqlite-connection.ts";
import type { SqliteFile } from "../file/sqlite-file.ts";

const BEGIN_RUN = `
  INSERT INTO source_run (project_id, root, begun_at) VALUES (?, ?, ?)
  ON CONFLICT (project_id) DO UPDATE SET root = excluded.root, begun_at = excluded.begun_at`;
const END_RUN = `
  INSERT INTO source_run (project_id, root, begun_at, complete) VALUES (?, ?, ?, ?)
  ON CONFLICT (project_id) DO UPDATE SET root = excluded.root, begun_at = excluded.begun_at, complete = excluded.complete`;
const INSERT_SKIPPED = "INSERT INTO skipped_file (project_id, path, reason, detail, size) VALUES (?, ?, ?, ?, ?)";
const SELECT_RUN = "SELECT root, begun_at, complete FROM source_run WHERE project_id = ?";
const SELECT_SKIPPED = "SELECT path, reason, detail, size FROM skipped_file WHERE project_id = ?";
const NOTE_STATE = `
  INSERT OR REPLACE INTO file_state (file_id, state) SELECT id, ? FROM file WHERE project_id = ? AND path = ?`;

/** What is kept about one project's tree in an SQLite file. */
export class SqliteSourceStore implements SourceStore {
  readonly #project: string;
  readonly #file: SqliteFile;

  constructor(project: string, file: SqliteFile) {
    this.#project = project;
    this.#file = file;
  }

  beginRun({ root, begunAt }: BegunRun): Promise<void> {
    return this.#write((connection, id) => void connection.run(BEGIN_RUN, id, root, begunAt));
  }

  endRun(run: CompleteRun, skipped: readonly SkippedFile[]): Promise<void> {
    const kept = chooseSkipped(skipped);
    return this.#write((connection, id) => {
      connection.run(END_RUN, id, run.root, run.begunAt, encodeRun(run));
      connection.run("DELETE FROM skipped_file WHERE project_id = ?", id);
      for (const { path, reason, detail, size } of kept) connection.run(INSERT_SKIPPED, id, path, reason, detail ?? null, size ?? null);
    });
  }

  runs(): Promise<SourceRuns | undefined> {
    return this.#read((connection, id) => {
      const row = connection.get(SELECT_RUN, id);
      return row === undefined ? undefined : decodeRuns(row);
    });
  }

  skippedFiles(): Promise<readonly SkippedFile[]> {
    return this.#read((connection, id) => decodeSkippedFiles(connection.all(SELECT_SKIPPED, id)));
  }

  skippedFile(path: string): Promise<SkippedFile | undefined> {
    return this.#read((connection, id) => {
      const row = connection.get(`${SELECT_SKIPPED} AND path = ?`, id, path);
      return row === undefined ? undefined : decodeSkipped(row);
    });
  }

  noteStates(states: readonly NotedState[]): Promise<void> {
    return this.#write((connection, id) => {
      for (const { path, state } of states) connection.run(NOTE_STATE, state, id, path);
    });
  }

  #read<T>(task: (connection: SqliteConnection, project: number) => T): Promise<T> {
    return this.#file.read((connection) => task(connection, readProject(connection, this.#file.file, this.#project).id));
  }

  #write(task: (connection: SqliteConnection, project: number) => void): Promise<void> {
    return this.#file.write((connection) => task(connection, insertProject(connection, this.#file.file, this.#project).id));
  }
}
