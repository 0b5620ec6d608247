import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { encodeRow, RECORD_COLUMNS } from "../src/database/row-codec.ts";
import { openPostgresDatabase } from "../src/database/postgres/open-postgres-database.ts";
import { TestPostgresServer, withClient } from "../test/support/postgres-server.ts";
import { PROJECTS, recordFor } from "./contended-records.ts";
import type { WitnessedChange } from "./history.ts";
import type { Target } from "./target.ts";

/** A trigger on the change log, inside the transaction that makes the change: what is rolled back is not witnessed. */
const WITNESS = `
CREATE TABLE witness (project_id integer NOT NULL, revision bigint NOT NULL, path text NOT NULL, digest text);
CREATE FUNCTION witness_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.witness VALUES (NEW.project_id, NEW.revision, NEW.path,
    (SELECT digest FROM metacache.file WHERE project_id = NEW.project_id AND path = NEW.path AND NEW.deleted = 0));
  RETURN NULL;
END $$;
CREATE TRIGGER witness_change AFTER INSERT OR UPDATE ON metacache.change FOR EACH ROW EXECUTE FUNCTION witness_change();`;

/** A server of the checker's own, which is killed and started again under load, and whose connections are cut. */
export class PostgresTarget implements Target {
  readonly url: string;
  readonly isDisturbed = true;
  readonly #server: TestPostgresServer;
  #disturbances = 0;

  private constructor(server: TestPostgresServer, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(): Promise<PostgresTarget> {
    // What was acknowledged is to survive a kill: so no setting here may risk it.
    const server = await TestPostgresServer.start(["max_connections=200", "synchronous_commit=on"]);
    const url = await server.createDatabase();
    const database = await openPostgresDatabase({ url });
    for (const project of PROJECTS) await database.openProject(project);
    await database.close();
    await withClient(url, (client) => client.query(WITNESS));
    return new PostgresTarget(server, url);
  }

  async writePlainly(project: string, path: string, digest: string | undefined): Promise<void> {
    // A server that is gone at this moment has stored nothing, or all of it: the witness knows.
    await this.#tryOn((client) => writePlainly(client, project, path, digest));
  }

  async disturb(): Promise<void> {
    if (this.#disturbances++ % 2 === 0) {
      await this.#tryOn((client) => client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"));
      return;
    }
    await this.#server.crash();
    await sleep(300);
    await this.#server.restart();
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
      yield { project: name, revision: Number(revision), path, digest: digest ?? undefined };
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  async #tryOn(task: (client: pg.Client) => Promise<unknown>): Promise<void> {
    await withClient(this.url, task).catch(() => undefined);
  }
}

async function writePlainly(client: pg.Client, project: string, path: string, digest: string | undefined): Promise<void> {
  const own = "(SELECT id FROM metacache.project WHERE name = $1)";
  if (digest === undefined) {
    await client.query(`DELETE FROM metacache.file WHERE project_id = ${own} AND path = $2`, [project, path]);
    return;
  }
  const updates = RECORD_COLUMNS.slice(1).map((column) => `${column} = excluded.${column}`);
  await client.query(
    `INSERT INTO metacache.file (project_id, ${RECORD_COLUMNS.join(", ")})
     VALUES (${own}, ${RECORD_COLUMNS.map((_, index) => `$${index + 2}`).join(", ")})
     ON CONFLICT (project_id, path) DO UPDATE SET ${updates.join(", ")}`,
    [project, ...encodeRow(recordFor(path, digest))],
  );
}
