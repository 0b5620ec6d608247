import { noteAmong, type RevisionTime, type TombstoneStore } from "../../tombstone-store.ts";
import type { PostgresServer } from "../connection/postgres-server.ts";
import type { Row, Statement } from "../connection/postgres-session.ts";
import { decodeState, LOCK_STATE, SELECT_STATE } from "../project-rows.ts";

const OF_PROJECT = "project_id = (SELECT id FROM metacache.project WHERE name = $1)";

const COUNT: Statement = {
  name: "metacache_count_tombstones",
  text: `SELECT count(*)::float8 FROM metacache.change WHERE ${OF_PROJECT} AND deleted = 1 AND revision <= $2`,
};
const SELECT_TIMES: Statement = {
  name: "metacache_times",
  text: `SELECT revision::float8, noted_at FROM metacache.revision_time WHERE ${OF_PROJECT} ORDER BY revision`,
};
const INSERT_TIME: Statement = {
  name: "metacache_insert_time",
  text: "INSERT INTO metacache.revision_time (project_id, revision, noted_at) VALUES ($1, $2, $3::float8)",
};
const DELETE_TIMES: Statement = {
  name: "metacache_delete_times",
  text: "DELETE FROM metacache.revision_time WHERE project_id = $1 AND revision = ANY ($2::bigint[])",
};

/** Knows the age of one project's tombstones in a PostgreSQL database. */
export class PostgresTombstoneStore implements TombstoneStore {
  readonly #project: string;
  readonly #server: PostgresServer;

  constructor(project: string, server: PostgresServer) {
    this.#project = project;
    this.#server = server;
  }

  async noteTime(now: number): Promise<void> {
    await this.#server.write(async (session) => {
      // This lock keeps the revision as it is, and lets only one process note at a time.
      const [locked] = await session.query(LOCK_STATE, [this.#project]);
      if (locked === undefined) return;
      const { id, position } = decodeState(await session.query(SELECT_STATE, [this.#project]), this.#server.location);
      const { add, forget } = noteAmong(decodeTimes(await session.query(SELECT_TIMES, [this.#project])), position, now);
      if (forget.length > 0) await session.query(DELETE_TIMES, [id, forget]);
      if (add !== undefined) await session.query(INSERT_TIME, [id, add.revision, add.notedAt]);
    });
  }

  async times(): Promise<readonly RevisionTime[]> {
    return decodeTimes(await this.#server.query(SELECT_TIMES, [this.#project]));
  }

  async count(upTo: number = Number.MAX_SAFE_INTEGER): Promise<number> {
    const [[count] = []] = await this.#server.query(COUNT, [this.#project, upTo]);
    return Number(count);
  }
}

function decodeTimes(rows: readonly Row[]): RevisionTime[] {
  return rows.map(([revision, notedAt]) => ({ revision: Number(revision), notedAt: Number(notedAt) }));
}
