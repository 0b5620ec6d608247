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
import type { PostgresServer } from "../connection/postgres-server.ts";
import type { Statement } from "../connection/postgres-session.ts";
import { INSERT_PROJECT, pathKey } from "../project-rows.ts";

const OF_PROJECT = "WHERE project_id = (SELECT id FROM metacache.project WHERE name = $1)";

const BEGIN_RUN: Statement = {
  name: "metacache_begin_run",
  text: `INSERT INTO metacache.source_run (project_id, root, begun_at) SELECT id, $2, $3::float8 FROM metacache.project WHERE name = $1
    ON CONFLICT (project_id) DO UPDATE SET root = excluded.root, begun_at = excluded.begun_at`,
};
const END_RUN: Statement = {
  name: "metacache_end_run",
  text: `INSERT INTO metacache.source_run (project_id, root, begun_at, complete)
    SELECT id, $2, $3::float8, $4 FROM metacache.project WHERE name = $1
    ON CONFLICT (project_id) DO UPDATE SET root = excluded.root, begun_at = excluded.begun_at, complete = excluded.complete`,
};
const DELETE_SKIPPED: Statement = { name: "metacache_delete_skipped", text: `DELETE FROM metacache.skipped_file ${OF_PROJECT}` };
/**
 * Values: the project's name, then all values of each column. The key is a number, because a path
 * may be too long for an index.
 */
const INSERT_SKIPPED: Statement = {
  name: "metacache_insert_skipped",
  text: `INSERT INTO metacache.skipped_file (project_id, number, path, reason, detail, size)
    SELECT project.id, file.number, file.path, file.reason, file.detail, file.size
    FROM metacache.project, unnest($2::text[], $3::text[], $4::text[], $5::bigint[])
      WITH ORDINALITY AS file (path, reason, detail, size, number)
    WHERE project.name = $1`,
};
const SELECT_RUN: Statement = {
  name: "metacache_run",
  text: `SELECT root, begun_at, complete FROM metacache.source_run ${OF_PROJECT}`,
};
const SELECT_SKIPPED: Statement = {
  name: "metacache_skipped",
  text: `SELECT path, reason, detail, size::float8 FROM metacache.skipped_file ${OF_PROJECT}`,
};
const SELECT_SKIPPED_FILE: Statement = {
  name: "metacache_skipped_file",
  text: `SELECT path, reason, detail, size::float8 FROM metacache.skipped_file ${OF_PROJECT} AND md5(path) = md5($2) AND path = $2`,
};
/** In the order of ids, so that two simultaneous runs do not deadlock. */
const NOTE_STATES: Statement = {
  name: "metacache_note_states",
  text: `INSERT INTO metacache.file_state (file_id, state)
    SELECT file.id, noted.state FROM unnest($2::text[], $3::text[]) AS noted (path_key, state)
    JOIN metacache.project ON project.name = $1
    JOIN metacache.file ON file.project_id = project.id AND file.path_key = noted.path_key
    ORDER BY file.id
    ON CONFLICT (file_id) DO UPDATE SET state = excluded.state`,
};

/** What is kept about one project's tree in a PostgreSQL database. */
export class PostgresSourceStore implements SourceStore {
  readonly #project: string;
  readonly #server: PostgresServer;

  constructor(project: string, server: PostgresServer) {
    this.#project = project;
    this.#server = server;
  }

  async beginRun({ root, begunAt }: BegunRun): Promise<void> {
    await this.#server.write(async (session) => {
      await session.query(INSERT_PROJECT, [this.#project]);
      await session.query(BEGIN_RUN, [this.#project, root, begunAt]);
    });
  }

  async endRun(run: CompleteRun, skipped: readonly SkippedFile[]): Promise<void> {
    const kept = chooseSkipped(skipped);
    const columns = [
      kept.map(({ path }) => path),
      kept.map(({ reason }) => reason),
      kept.map(({ detail }) => detail ?? null),
      kept.map(({ size }) => size ?? null),
    ];
    await this.#server.write(async (session) => {
      await session.query(INSERT_PROJECT, [this.#project]);
      // First, because it takes a lock: if two runs end at the same time, the second one waits
      // here.
      await session.query(END_RUN, [this.#project, run.root, run.begunAt, encodeRun(run)]);
      await session.query(DELETE_SKIPPED, [this.#project]);
      await session.query(INSERT_SKIPPED, [this.#project, ...columns]);
    });
  }

  async runs(): Promise<SourceRuns | undefined> {
    const [row] = await this.#server.query(SELECT_RUN, [this.#project]);
    return row === undefined ? undefined : decodeRuns(row);
  }

  async skippedFiles(): Promise<readonly SkippedFile[]> {
    return decodeSkippedFiles(await this.#server.query(SELECT_SKIPPED, [this.#project]));
  }

  async skippedFile(path: string): Promise<SkippedFile | undefined> {
    const [row] = await this.#server.query(SELECT_SKIPPED_FILE, [this.#project, path]);
    return row === undefined ? undefined : decodeSkipped(row);
  }

  async noteStates(states: readonly NotedState[]): Promise<void> {
    // The last of several states of a file counts, because one statement cannot set a row twice.
    const distinct = new Map(states.map(({ path, state }) => [pathKey(path), state]));
    await this.#server.write((session) => session.query(NOTE_STATES, [this.#project, [...distinct.keys()], [...distinct.values()]]));
  }
}
