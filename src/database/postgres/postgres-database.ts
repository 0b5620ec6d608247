import { isMetacacheError } from "../../base/errors.ts";
import type { DatabaseDescription, Finding, MetadataDatabase, ProjectStore } from "../metadata-database.ts";
import { assertProjectName } from "../project-name.ts";
import { describeDatabase } from "./describe-database.ts";
import { examineDatabase } from "./examine-database.ts";
import { PostgresProjectStore } from "./postgres-project-store.ts";
import type { PostgresServer } from "./postgres-server.ts";
import { decodeState, INSERT_PROJECT, SELECT_PROJECT_NAMES, SELECT_STATE } from "./project-rows.ts";

/** A database on a PostgreSQL server. Get one from `openPostgresDatabase`. */
export class PostgresDatabase implements MetadataDatabase {
  readonly location: string;
  readonly #server: PostgresServer;

  constructor(server: PostgresServer) {
    this.location = server.location;
    this.#server = server;
  }

  /** A project that a read-only database does not know has no files there. Throws `E_CONFIG` for an impossible name. */
  async openProject(name: string): Promise<ProjectStore> {
    assertProjectName(name);
    const { id } = decodeState(await this.#server.query(SELECT_STATE, [name]), this.location);
    if (id === 0) {
      try {
        await this.#server.write((session) => session.query(INSERT_PROJECT, [name]));
      } catch (error) {
        if (!isMetacacheError(error, "E_DATABASE_UNAVAILABLE") || (error as { fault?: string }).fault !== "read-only") throw error;
      }
    }
    return new PostgresProjectStore(name, this.#server);
  }

  async projectNames(): Promise<readonly string[]> {
    // Not by SQL: the server orders by UTF-8 bytes, everything else here by UTF-16 code units.
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
