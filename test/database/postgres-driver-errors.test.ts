import { randomUUID } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { DatabaseUnavailableError, isMetacacheError } from "../../src/base/errors.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { isConnectionLost, isTimeout, toMetacacheError } from "../../src/database/postgres/connection/postgres-faults.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

let server: TestPostgresServer;
let url: string;
beforeAll(async () => {
  server = await TestPostgresServer.start();
  url = await server.createDatabase();
});
afterAll(() => server.stop());

async function errorOf(address: string, timeoutMs = 5_000): Promise<unknown> {
  const opening = openPostgresDatabase({ url: address, timeoutMs }).then((database) => database.close());
  return opening.then(
    () => "no error",
    (error: unknown) => error,
  );
}

function unavailable(fault: string, text: RegExp): object {
  return { code: "E_DATABASE_UNAVAILABLE", fault, message: expect.stringMatching(text) as string };
}

/**
 * Something else that listens: it answers the first bytes, or the connection itself, with what
 * `greet` sends.
 */
async function impostor(greet: (client: Socket) => void): Promise<string> {
  const listener = createServer((client) => {
    client.on("error", () => undefined);
    greet(client);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void listener.close());
  const address = listener.address();
  return `postgres://user@127.0.0.1:${typeof address === "object" ? address?.port : 0}/x`;
}

/** A message of the server: its kind, its length, its body. */
function message(kind: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(kind, "latin1");
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function authentication(method: number, more = ""): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32BE(method);
  return message("R", Buffer.concat([body, Buffer.from(more, "latin1")]));
}

describe("what the driver cannot do comes as an error of metacache's, with a fault and a remedy:", () => {
  test("TLS asked of a server that has none", async () => {
    expect(await errorOf(`${url}?sslmode=verify-full`)).toMatchObject(
      unavailable("unreachable", /offers no TLS, but the address demands it.*turn ssl on.*sslmode=disable/),
    );
  });

  test("a password that was asked for and not given", async () => {
    await withClient(url, (client) => client.query("CREATE ROLE guarded LOGIN PASSWORD 'right one'"));
    await server.requirePassword("guarded");
    const guarded = new URL(url);
    guarded.username = "guarded";
    expect(await errorOf(guarded.href)).toMatchObject(unavailable("denied", /demands a password, but none was given.*PGPASSWORD/));
  });

  test.each([
    ["a way to sign in that pg does not know", authentication(7), "denied", /demands a sign-in method.*scram-sha-256/],
    [
      "a mechanism of SASL that pg does not know",
      authentication(10, "SOMETHING-ELSE\0\0"),
      "denied",
      /demands a sign-in method.*scram-sha-256/,
    ],
    [
      "answers of another kind",
      message("T", Buffer.alloc(2)),
      "not-a-database",
      /does not speak the protocol of PostgreSQL.*check the host and the port/,
    ],
    [
      "answers of no kind",
      message("!", Buffer.alloc(8)),
      "not-a-database",
      /does not speak the protocol of PostgreSQL.*check the host and the port/,
    ],
  ] as const)("%s", async (_, answer, fault, text) => {
    const address = await impostor((client) => client.once("data", () => client.write(answer)));
    expect(await errorOf(address, 1_000)).toMatchObject(unavailable(fault, text));
  });

  test.each([
    ["a server of another protocol that greets first", (client: Socket) => void client.write("SSH-2.0-OpenSSH_9.6\r\n")],
    [
      "a server of another protocol that ends what it does not know",
      (client: Socket) => void client.once("data", () => client.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    ],
    ["one that ends the connection at its start", (client: Socket) => void client.once("data", () => client.destroy())],
    ["one that accepts and says nothing", () => undefined],
  ])("%s", async (_, greet) => {
    const address = await impostor(greet);
    expect(await errorOf(address, 300)).toMatchObject(
      unavailable("unreachable", /(did not answer in time|cannot be reached).*: check that/),
    );
  });

  test("something else than an answer to the request for TLS", async () => {
    const address = await impostor((client) => client.once("data", () => client.write("HTTP/1.1 400 Bad Request\r\n\r\n")));
    expect(await errorOf(`${address}?sslmode=require`)).toMatchObject(
      unavailable("not-a-database", /does not speak the protocol of PostgreSQL/),
    );
  });

  test("garbage in place of TLS", async () => {
    const address = await impostor((client) =>
      client.once("data", () => {
        client.write("S");
        client.once("data", () => client.end("no TLS at all, but more bytes than its header has"));
      }),
    );
    expect(await errorOf(`${address}?sslmode=require`)).toMatchObject(
      unavailable("unreachable", /(cannot be reached by TLS|cannot be reached|did not answer).*: check that/),
    );
  });

  test.each(["sslrootcert", "sslcert", "sslkey"])(
    "a file of TLS named by %s that is not there, is a folder, or holds something else",
    async (name) => {
      const folder = temporaryDirectory();
      const garbage = join(folder, "garbage.pem");
      writeFileSync(garbage, "no certificate");
      const told = (file: string): object =>
        unavailable("unreachable", new RegExp(`file "${file}" cannot be read.*check the paths in sslrootcert`));
      expect(await errorOf(`${url}?sslmode=verify-full&${name}=${folder}/nowhere.pem`)).toMatchObject(told(`${folder}/nowhere.pem`));
      expect(await errorOf(`${url}?sslmode=verify-full&${name}=${folder}`)).toMatchObject(
        unavailable("unreachable", /cannot be read.*check the paths in sslrootcert/),
      );
      expect(await errorOf(`${url}?sslmode=verify-full&${name}=${garbage}`)).toSatisfy((error) =>
        isMetacacheError(error, "E_DATABASE_UNAVAILABLE"),
      );
      if (process.getuid?.() !== 0) {
        chmodSync(garbage, 0);
        expect(await errorOf(`${url}?sslmode=verify-full&${name}=${garbage}`)).toMatchObject(told(garbage));
      }
    },
  );

  test("a host whose name is not known, and a port on which nobody listens, of one address or of several", async () => {
    expect(await errorOf("postgres://nobody@no-such-host.invalid/x")).toMatchObject(
      unavailable("unreachable", /name cannot be found.*no-such-host/),
    );
    expect(await errorOf("postgres://nobody@127.0.0.1:1/x")).toMatchObject(unavailable("unreachable", /cannot be reached .*ECONNREFUSED/));
    expect(await errorOf("postgres://nobody@localhost:1/x")).toMatchObject(unavailable("unreachable", /cannot be reached .*ECONNREFUSED/));
    expect(await errorOf("postgres:///x?host=/nowhere")).toMatchObject(unavailable("unreachable", /cannot be reached/));
  });

  test("an address that pg refuses", async () => {
    for (const wrong of ["?sslnegotiation=nonsense", "?port=99999"]) {
      expect([wrong, await errorOf(url + wrong)]).toMatchObject([
        wrong,
        { code: "E_CONFIG", message: expect.stringContaining("is refused") as string },
      ]);
    }
  });

  test("a time limit that is not one, or longer than any timer", async () => {
    for (const wrong of [0, -1, Number.NaN, "5" as unknown as number]) {
      expect(await errorOf(url, wrong)).toMatchObject({ code: "E_CONFIG", message: expect.stringMatching(/timeoutMs must be/) as string });
    }
    for (const long of [0.5 + 1_000_000, 2 ** 31, 1e300, Infinity]) expect(await errorOf(url, long)).toBe("no error");
  });

  test("more connections than the role or the database may have", async () => {
    const role = `user_${randomUUID().replaceAll("-", "")}`;
    await withClient(url, (client) => client.query(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT 0`));
    const limited = new URL(url);
    limited.username = role;
    expect(await errorOf(limited.href)).toMatchObject(unavailable("unreachable", /no free connection/));
    const database = new URL(await server.createDatabase());
    await server.admin((client) => client.query(`ALTER DATABASE ${database.pathname.slice(1)} CONNECTION LIMIT 0`));
    await server.admin((client) => client.query(`CREATE ROLE ${role}_2 LOGIN`));
    database.username = `${role}_2`;
    expect(await errorOf(database.href)).toMatchObject(unavailable("unreachable", /no free connection/));
  });
});

/** As `pg` gives it. */
function thrown(text: string, properties: object = {}): Error {
  return Object.assign(new Error(text), properties);
}

describe("every error of the driver", () => {
  test.each([
    [thrown("out of memory", { code: "53200" }), "io", /no memory left/],
    [thrown("the database system is starting up", { code: "57P03" }), "unreachable", /does not accept connections yet.*wait/],
    [thrown("Abbruch der Anfrage", { code: "57014" }), "unreachable", /did not answer in time/],
    [thrown("Query read timeout"), "unreachable", /did not answer in time/],
    [thrown("idle", { code: "25P03" }), "unreachable", /idle/],
    [thrown("SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature does not match"), "denied", /could not prove/],
    [thrown("Received unexpected commandComplete message from backend."), "not-a-database", /does not speak the protocol of PostgreSQL/],
    [thrown("Client has encountered a connection error and is not queryable"), "unreachable", /cannot be reached/],
    [thrown("write EPIPE", { code: "EPIPE", errno: -32, syscall: "write" }), "unreachable", /cannot be reached/],
    [thrown("read ECONNRESET", { code: "ECONNRESET", errno: -104, syscall: "read" }), "unreachable", /cannot be reached/],
    [
      thrown("too many open files", { code: "EMFILE", errno: -24, syscall: "connect" }),
      "unreachable",
      /this process cannot open more files/,
    ],
    [thrown("EAI_AGAIN", { code: "EAI_AGAIN", syscall: "getaddrinfo" }), "unreachable", /name cannot be found/],
    [thrown("handshake", { code: "ERR_TLS_HANDSHAKE_TIMEOUT" }), "unreachable", /certificate/],
    [thrown("something that nobody has thought of"), "io", /could not be read or written/],
    [thrown("an internal error", { code: "XX000" }), "io", /could not be read or written/],
    [thrown("could not write init file", { code: "XX000", routine: "write_item" }), "full", /no space left/],
    [Object.assign(new RangeError("Invalid string length"), {}), "io", /could not be read or written/],
    [
      new AggregateError([new Error("connect ECONNREFUSED ::1:5"), new Error("connect ECONNREFUSED 127.0.0.1:5")]),
      "io",
      /::1:5, connect ECONNREFUSED 127/,
    ],
    [Object.assign(new AggregateError([new Error("connect ECONNREFUSED ::1:5")]), { code: "ECONNREFUSED" }), "unreachable", /::1:5/],
  ])("%s has a fault and a remedy", (error, fault, text) => {
    const told = toMetacacheError(error, "somewhere");
    expect(told).toBeInstanceOf(DatabaseUnavailableError);
    expect(told).toMatchObject(unavailable(fault, text));
    expect(told).toHaveProperty("cause", error);
  });

  test("passes as it is only if it is a fault of metacache's own code", () => {
    const own = new TypeError("undefined is not a function");
    expect(toMetacacheError(own, "somewhere")).toBe(own);
  });

  test("of a file that cannot be read is no lost connection, and a limit of the server's is a timeout", () => {
    expect(isConnectionLost(thrown("no such file", { code: "ENOENT", errno: -2, syscall: "open", path: "/nowhere" }))).toBe(false);
    expect(isConnectionLost(thrown("no such socket", { code: "ENOENT", errno: -2, syscall: "connect", address: "/nowhere" }))).toBe(true);
    expect(isTimeout(thrown("annulation", { code: "57014" }))).toBe(true);
  });
});
