import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { existsSync } from "node:fs";
import { request } from "node:http";
import { afterAll, beforeAll, expect, it } from "vitest";
import { resolveProject } from "../../src/cache/opening/resolve-project.ts";
import { type HttpServer, serveOnHttp } from "../../src/server/http/serve-http.ts";
import { newToken } from "../../src/server/http/token.ts";
import { ServedProject } from "../../src/server/projects/served-project.ts";
import { ServedProjects } from "../../src/server/projects/served-projects.ts";
import { sampleTree } from "./served-tree.ts";

const tree = sampleTree();
const token = newToken();
const options = { version: "1", host: "127.0.0.1", port: 0, token, allowRemote: false };
let projects: ServedProjects;
let server: HttpServer;

beforeAll(async () => {
  projects = new ServedProjects([new ServedProject(await resolveProject({ project: tree.root, environment: {} }), { watches: false })]);
  server = await serveOnHttp(projects, options);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await projects.close();
  tree[Symbol.dispose]();
});

it.each(["legacy", "modern"] as const)("answers a client of the %s era that has the token", async (era) => {
  const client = new Client({ name: "test", version: "1" }, era === "modern" ? { versionNegotiation: { mode: "auto" } } : {});
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url), { requestInit }));
  const { content } = await client.callTool({ name: "find", arguments: { query: "parseFile", waitMs: 60_000 } });
  expect(JSON.stringify(content)).toContain("src/parser.ts:12-14");
  await client.close();
});

it("tells a client of the new era of the files that it listens for, also if it never read one, and opens nothing before", async () => {
  const listened = sampleTree();
  const project = new ServedProject(await resolveProject({ project: listened.root, environment: {} }), { watches: true });
  const others = new ServedProjects([project]);
  const served = await serveOnHttp(others, options);
  const told: string[] = [];
  const clients = await Promise.all(
    ["metacache:///src/parser.ts", "metacache:///docs/design.md"].map(async (uri) => {
      const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
      client.setNotificationHandler("notifications/resources/updated", ({ params }) => void told.push(`${uri} ${params.uri}`));
      await client.connect(new StreamableHTTPClientTransport(new URL(served.url), { requestInit: { headers: { authorization } } }));
      await client.listTools();
      expect(existsSync(listened.at(".metacache"))).toBe(false);
      return { client, uri };
    }),
  );
  const streams = await Promise.all(clients.map(({ client, uri }) => client.listen({ resourceSubscriptions: [uri] })));
  await clients[0]!.client.callTool({ name: "overview", arguments: { waitMs: 60_000 } });
  listened.write("README.md", "# Changed\n").write("src/parser.ts", "export const changed = 1;\n");
  await expect.poll(() => told).toContain("metacache:///src/parser.ts metacache:///src/parser.ts");
  for (const text of told) expect(text.split(" ")[0]).toBe(text.split(" ")[1]);
  for (const stream of streams) await stream.close();
  for (const { client } of clients) await client.close();
  await served[Symbol.asyncDispose]();
  await others.close();
  listened[Symbol.dispose]();
});

const authorization = `Bearer ${token}`;

it.each([
  ["a foreign Host", 403, { authorization, host: "rebound.example" }],
  ["no Host that is a name", 403, { authorization, host: "127.0.0.1.example:80" }],
  ["a foreign Origin", 403, { authorization, origin: "https://page.example" }],
  ["an opaque Origin", 403, { authorization, origin: "null" }],
  ["no token", 401, {}],
  ["another token", 401, { authorization: `Bearer ${newToken()}` }],
  ["a part of the token", 401, { authorization: authorization.slice(0, -1) }],
  ["its own Origin and the token, on another path", 404, { authorization, origin: "http://localhost:1" }, "/other"],
] as const)("refuses a request with %s", async (_, status, headers, path: string = "/mcp") => {
  expect(await statusOf(path, headers)).toBe(status);
});

it("listens to no other address unless that is allowed", async () => {
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "example.org", "127.0.0.1.example.org"])
    await expect(serveOnHttp(projects, { ...options, host })).rejects.toThrow("can be reached from other machines");
});

function statusOf(path: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  const { hostname, port } = new URL(server.url);
  const sent = request(
    { hostname, port, path, method: "POST", headers: { "content-type": "application/json", ...headers } },
    (response) => {
      response.resume();
      resolve(response.statusCode);
    },
  );
  sent.on("error", reject).end("{}");
  return promise;
}
