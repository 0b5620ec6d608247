import { noteAmong, type RevisionTime, type TombstoneStore } from "../../tombstone-store.ts";
import { readProject } from "../project-rows.ts";
import type { SqliteConnection } from "../file/sqlite-connection.ts";
import type { SqliteFile } from "../file/sqlite-file.ts";

const COUNT = "SELECT count(*) FROM change WHERE project_id = ? AND deleted = 1 AND revision <= ?";
const SELECT_TIMES = "SELECT revision, noted_at FROM revision_time WHERE project_id = ? ORDER BY revision";
const INSERT_TIME = "INSERT INTO revision_time (project_id, revision, noted_at) VALUES (?, ?, ?)";
const DELETE_TIME = "DELETE FROM revision_time WHERE project_id = ? AND revision = ?";

/** Knows the age of one project's tombstones in an SQLite file. */
export class SqliteTombstoneStore implements TombstoneStore {
  readonly #project: string;
  readonly #file: SqliteFile;

  constructor(project: string, file: SqliteFile) {
    this.#project = project;
    this.#file = file;
  }

  noteTime(now: number): Promise<void> {
    return this.#file.write((connection) => {
      const { id, position } = readProject(connection, this.#file.file, this.#project);
      if (id === 0) return;
      const { add, forget } = noteAmong(readTimes(connection, id), position, now);
      for (const revision of forget) connection.run(DELETE_TIME, id, revision);
      if (add !== undefined) connection.run(INSERT_TIME, id, add.revision, add.notedAt);
    });
  }

  times(): Promise<readonly RevisionTime[]> {
    return this.#read(readTimes);
  }

  count(upTo: number = Number.MAX_SAFE_INTEGER): Promise<number> {
    return this.#read((connection, id) => Number(connection.get(COUNT, id, upTo)?.[0]));
  }

  #read<T>(task: (connection: SqliteConnection, project: number) => T): Promise<T> {
    return this.#file.read((connection) => task(connection, readProject(connection, this.#file.file, this.#project).id));
  }
}

function readTimes(connection: SqliteConnection, project: number): RevisionTime[] {
  return connection.all(SELECT_TIMES, project).map(([revision, notedAt]) => ({ revision: Number(revision), notedAt: Number(notedAt) }));
}
