import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { MetadataDatabase } from "../../src/database/metadata-database.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { PROJECTS } from "../operations/contended-records.ts";
import type { WitnessedChange } from "../proof/history-tree.ts";
import { FILE_COLUMNS, fileOf, type PlainWrite, type Statement, statementsOf, TakenBack } from "./plain-write.ts";
import type { Target } from "./target.ts";
import type { Restore } from "../proof/timeline.ts";

/**
 * A trigger on the change log, inside the transaction of the change. Changes that are rolled back
 * are not witnessed.
 */
const WITNESS = `
CREATE TABLE witness (project_id integer NOT NULL, revision bigint NOT NULL, path text NOT NULL, digest text);
CREATE FUNCTION witness_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.witness VALUES (NEW.project_id, NEW.revision, NEW.path,
    (SELECT digest FROM metacache.file WHERE project_id = NEW.project_id AND path = NEW.path AND NEW.deleted = 0));
  RETURN NULL;
END $$;
CREATE TRIGGER witness_change AFTER INSERT OR UPDATE ON metacache.change FOR EACH ROW EXECUTE FUNCTION witness_change();`;

/**
 * A server for this check alone. It is killed and started again under load, and its connections are
 * cut.
 */
export class PostgresTarget implements Target {
  readonly url: string;
  readonly mayFail = true;
  readonly restores: readonly Restore[] = [];
  readonly #server: TestPostgresServer;
  #disturbances = 0;

  private constructor(server: TestPostgresServer, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(): Promise<PostgresTarget> {
    // Acknowledged writes must survive a kill, so no setting here may risk them.
    const server = await TestPostgresServer.start(["max_connections=200", "synchronous_commit=on"]);
    const url = await server.createDatabase();
    const database = await openPostgresDatabase({ url });
    for (const project of PROJECTS) await (await database.openProject(project)).write([], []);
    await database.close();
    await withClient(url, (client) => client.query(WITNESS));
    return new PostgresTarget(server, url);
  }

  async writePlainly(write: PlainWrite): Promise<{ readonly revision: number; readonly changed: number }> {
    return withClient(this.url, async (client) => {
      await client.query("SET search_path = metacache");
      await client.query("BEGIN");
      // Without this lock first, another writer may wait for a row of this writer while this writer
      // waits for the other's project.
      await client.query("SELECT 1 FROM project WHERE name = $1 FOR NO KEY UPDATE", [write.project]);
      const before = await revisionOf(client, write.project);
      let rows: number | null = 0;
      for (const statement of statementsOf(write, "path_key")) rows = (await run(client, statement)).rowCount;
      if (write.isTakenBack || (write.isMove && rows === 0)) {
        await client.query("ROLLBACK");
        throw new TakenBack("nothing was to be committed");
      }
      const revision = await revisionOf(client, write.project);
      await client.query("COMMIT");
      return { revision, changed: revision - before };
    });
  }

  /**
   * Cuts all connections, crashes the server, or compacts tombstones, so that every cache that is
   * behind must load everything.
   */
  async disturb(): Promise<void> {
    switch (this.#disturbances++ % 3) {
      case 0:
        return this.#tryTo(() =>
          withClient(this.url, (client) =>
            client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"),
          ),
        );
      case 1:
        await this.#server.crash();
        await sleep(300);
        return this.#server.restart();
      default:
        return this.#tryTo(() => this.#compact());
    }
  }

  keepCopy(): Promise<void> {
    throw new TypeError("this check cannot put back an older state of a PostgreSQL database");
  }

  putBack(): Promise<void> {
    return this.keepCopy();
  }

  async *history(): AsyncGenerator<WitnessedChange> {
    const rows = await withClient(this.url, async (client) => {
      const answer = await client.query<{
        readonly name: string;
        readonly revision: string;
        readonly path: string;
        readonly digest: string | null;
      }>(
        "SELECT name, witness.revision, path, digest FROM witness JOIN metacache.project ON project.id = project_id ORDER BY project_id, witness.revision",
      );
      return answer.rows;
    });
    for (const { name, revision, path, digest } of rows)
      yield { project: name, branch: 0, revision: Number(revision), path, digest: digest ?? undefined };
  }

  async files(project: string): Promise<FileMetadata[]> {
    const sql = `SELECT ${FILE_COLUMNS} FROM metacache.file
      WHERE project_id = (SELECT id FROM metacache.project WHERE name = $1) ORDER BY path COLLATE "C"`;
    const { rows } = await withClient(this.url, (client) => client.query<Record<string, unknown>>(sql, [project]));
    return rows.map(fileOf);
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  async #compact(): Promise<void> {
    const database: MetadataDatabase = await openPostgresDatabase({ url: this.url });
    try {
      for (const project of PROJECTS) {
        const store = await database.openProject(project);
        await store.compact((await store.position()).revision);
      }
    } finally {
      await database.close();
    }
  }

  /** A failure here is left over from the last disturbance. */
  async #tryTo(task: () => Promise<unknown>): Promise<void> {
    await task().catch(() => undefined);
  }
}

async function run(client: pg.Client, { sql, values }: Statement): Promise<pg.QueryResult> {
  let place = 0;
  return client.query(
    sql.replaceAll("?", () => `$${++place}`),
    [...values],
  );
}

async function revisionOf(client: pg.Client, project: string): Promise<number> {
  const { rows } = await client.query<{ readonly revision: string }>("SELECT revision FROM project WHERE name = $1", [project]);
  return Number(rows[0]?.revision);
}
