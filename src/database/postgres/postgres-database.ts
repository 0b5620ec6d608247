import type { Finding } from "../../base/finding.ts";
import type { DatabaseDescription, MetadataDatabase, ProjectStore } from "../metadata-database.ts";
import { assertProjectName } from "../project-name.ts";
import { describeDatabase } from "./describe-database.ts";
import { examineDatabase } from "./examine-database.ts";
import { PostgresProjectStore } from "./stores/postgres-project-store.ts";
import type { PostgresServer } from "./connection/postgres-server.ts";
import { DELETE_PROJECT, DELETE_PROJECT_ROWS, LOCK_STATE, SELECT_PROJECT_NAMES } from "./project-rows.ts";

/** A database on a PostgreSQL server. Open it with `openPostgresDatabase`. */
export class PostgresDatabase implements MetadataDatabase {
  readonly location: string;
  readonly #server: PostgresServer;

  constructor(server: PostgresServer) {
    this.location = server.location;
    this.#server = server;
  }

  /** Throws `E_CONFIG` if the database cannot store the name. */
  async openProject(name: string): Promise<ProjectStore> {
    assertProjectName(name);
    this.#server.assertOpen();
    return new PostgresProjectStore(name, this.#server);
  }

  removeProject(name: string): Promise<number | undefined> {
    return this.#server.write(async (session) => {
      const [[id] = []] = await session.query(LOCK_STATE, [name]);
      if (id === undefined) return undefined;
      const [[rows] = []] = await session.query(DELETE_PROJECT_ROWS, [id]);
      await session.query(DELETE_PROJECT, [id]);
      return Number(rows);
    });
  }

  async projectNames(): Promise<readonly string[]> {
    // Not sorted by SQL: the server orders by UTF-8 bytes, but everything else here by UTF-16 code
    // units.
    return (await this.#server.query(SELECT_PROJECT_NAMES)).map(([name]) => String(name)).sort();
  }

  describe(): Promise<DatabaseDescription> {
    return describeDatabase(this.#server);
  }

  examine(): Promise<readonly Finding[]> {
    return examineDatabase(this.#server);
  }

  close(): Promise<void> {
    return this.#server.close();
  }
}
