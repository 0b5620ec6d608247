import { afterAll, beforeAll } from "vitest";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { type DatabaseUnderTest, describeMetadataDatabase } from "../contracts/metadata-database-contract.ts";
import { describeScanPages } from "../contracts/scan-pages-contract.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

const open = async (): Promise<DatabaseUnderTest> => {
  const url = await server.createDatabase();
  const database = await openPostgresDatabase({ url });
  return {
    database,
    corruptRow: (project, path) =>
      withClient(url, async (client) => {
        // Valid JSON, and no list of functions.
        const own = "(SELECT id FROM metacache.project WHERE name = $2)";
        await client.query(`UPDATE metacache.file SET functions = '[1]' WHERE path = $1 AND project_id = ${own}`, [path, project]);
      }),
    sql: (text, ...values) =>
      withClient(url, async (client) => {
        const { rows } = await client.query<unknown[]>({ text, values: [...values], rowMode: "array" });
        return rows;
      }),
    openReader: async () => {
      const reading = new URL(url);
      reading.searchParams.set("options", "-c default_transaction_read_only=on");
      return openPostgresDatabase({ url: reading.href });
    },
    dispose: async () => {
      await database.close();
      await server.dropDatabase(url);
    },
  };
};

describeMetadataDatabase("PostgreSQL", open);
describeScanPages(open);
