import { chmodSync, chownSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";

/** A certificate for 127.0.0.1 that signs itself, made for this test alone, with its key. */
const TLS = join(import.meta.dirname, "fixtures/tls");
const OTHER_AUTHORITY = join(import.meta.dirname, "fixtures/tls/other.crt");

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
  for (const name of ["server.crt", "server.key"]) {
    const file = join(server.folder, "data", name);
    copyFileSync(join(TLS, name), file);
    chmodSync(file, 0o600);
    if (server.user !== undefined) chownSync(file, server.user, server.user);
  }
  await server.admin(async (client) => {
    await client.query("ALTER SYSTEM SET ssl = on");
    await client.query("SELECT pg_reload_conf()");
  });
});
afterAll(() => server.stop());

test("what a URL says of TLS reaches the server: the connection is encrypted, and the certificate checked", async () => {
  const url = await server.createDatabase();
  const database = await openPostgresDatabase({ url: `${url}?sslmode=verify-full&sslrootcert=${TLS}/server.crt` });
  try {
    await database.openProject("p");
    const encrypted = await withClient(url, (client) =>
      client.query("SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'metacache'"),
    );
    expect(encrypted.rows.length).toBeGreaterThan(0);
    expect(encrypted.rows.every((row) => (row as { readonly ssl: boolean }).ssl)).toBe(true);
  } finally {
    await database.close();
  }
});

test("a certificate that the named authority has not signed is refused, and said so", async () => {
  const url = await server.createDatabase();
  const open = openPostgresDatabase({ url: `${url}?sslmode=verify-full&sslrootcert=${OTHER_AUTHORITY}` });
  await expect(open).rejects.toMatchObject({
    code: "E_DATABASE_UNAVAILABLE",
    fault: "unreachable",
    message: expect.stringMatching(/certificate/) as string,
  });
});

test("a file of TLS that is not there is told by its name", async () => {
  const url = await server.createDatabase();
  await expect(openPostgresDatabase({ url: `${url}?sslmode=verify-full&sslrootcert=/nowhere.crt` })).rejects.toMatchObject({
    code: "E_DATABASE_UNAVAILABLE",
    message: expect.stringContaining("/nowhere.crt") as string,
  });
});
