import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { metacacheIn, START } from "../support/command.ts";
import { functionNamed } from "../watch/watched.ts";
import { sampleTree, serve } from "./served-tree.ts";

const HELLO = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};

function newTree(): ReturnType<typeof sampleTree> {
  const tree = sampleTree();
  onTestFinished(() => tree[Symbol.dispose]());
  return tree;
}

/** A server whose input and output the test has. */
function start(root: string): { readonly child: ChildProcess; readonly output: () => string; send(message: object): void } {
  const child = spawn(process.execPath, [START, "mcp", root], { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return { child, output: () => text, send: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`) };
}

it("opens and creates nothing before the first question", async () => {
  const tree = newTree();
  await using server = await serve("modern", [tree.root]);
  await server.client.listTools();
  expect(existsSync(tree.at(".metacache"))).toBe(false);
  await server.call("overview");
  expect(existsSync(tree.at(".metacache/metadata.db"))).toBe(true);
});

it("ends with its input, also in the middle of the first index, and has written nothing but the protocol", async () => {
  const tree = newTree();
  for (let file = 0; file < 400; file++) tree.write(`many/f${file}.ts`, functionNamed(`f${file}`).repeat(50));
  const { child, output, send } = start(tree.root);
  send(HELLO);
  send({ jsonrpc: "2.0", method: "notifications/initialized" });
  send({ jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "overview", arguments: { waitMs: 0 } } });
  await expect.poll(() => output().split("\n").length).toBeGreaterThan(2);
  // What is missing may only not be in the index yet.
  send({ jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "show", arguments: { path: "many/f399.ts", waitMs: 0 } } });
  await expect.poll(() => output().split("\n").length).toBeGreaterThan(3);
  child.stdin?.end();
  expect(await once(child, "exit")).toEqual([0, null]);
  const messages = output()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { id: number; result: { content: { text: string }[] } });
  expect(messages.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(messages[1]?.result.content[0]?.text).toMatch(/^@r\d+ first index runs: \d+ of \d+ files; the rest is missing here/);
  const shown = messages[2]?.result.content[0]?.text;
  expect(shown).toMatch(/^show failed: there is no file "many\/f399\.ts".*\nthe first index runs: [\d,]+ of [\d,]+ files; ask again/);
  expect(readdirSync(tree.at(".metacache")).filter((name) => name.endsWith("-journal"))).toEqual([]);
});

it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("ends cleanly on %s", async (signal) => {
  const { child, output, send } = start(newTree().root);
  send(HELLO);
  await expect.poll(output).toContain('"id":1');
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([0, null]);
});

it.each([
  ["clients", 15],
  ["clients with their servers, as groups of processes", 9],
] as const)("leaves nothing behind when %s are killed in the middle of questions", async (what, count) => {
  const tree = newTree();
  await metacacheIn(tree.root, "index");
  // Each client starts a server, asks it at once, and is killed at another moment.
  const client = join(tree.root, "..", `client-${process.pid}.mjs`);
  writeFileSync(client, CLIENT);
  const group = what !== "clients";
  const servers = await Promise.all(Array.from({ length: count }, (_, at) => killedClient(client, tree.root, { at, group })));
  await expect.poll(() => servers.filter(isAlive)).toEqual([]);
  expect(readdirSync(tree.at(".metacache")).filter((name) => !/^(?:metadata\.db(?:-wal|-shm)?|cookies|\.gitignore)$/.test(name))).toEqual(
    [],
  );
  await using server = await serve("legacy", [tree.root]);
  expect((await server.call("find", { query: "parseFile" })).text).toMatch(/^@r\d+ fresh/);
  tree.write("src/after.ts", functionNamed("afterwards"));
  expect((await server.call("find", { query: "afterwards" })).text).toMatch(/^@r\d+ fresh\n1 symbol like afterwards/);
  await server[Symbol.asyncDispose]();
  await expect.poll(() => readdirSync(tree.at(".metacache/cookies"))).toEqual([]);
});

it("answers from the database that is there now, if another program replaces it", async () => {
  const tree = newTree();
  await using server = await serve("modern", [tree.root]);
  const before = await server.call("find", { query: "parseFile" });
  for (const suffix of ["", "-wal", "-shm"]) rmSync(tree.at(`.metacache/metadata.db${suffix}`), { force: true });
  tree.write("src/after.ts", functionNamed("afterwards"));
  await metacacheIn(tree.root, "index");
  expect((await server.call("find", { query: "afterwards" })).text).toMatch(/^@r\d+ fresh\n1 symbol like afterwards\nsrc\/after\.ts:1 /);
  const since = Number(/^@r(\d+)/.exec(before.text)?.[1]);
  expect((await server.call("changes", { since })).text).toMatch(/^@r\d+ fresh\nreset: /);
});

const CLIENT = `
import { spawn } from "node:child_process";
const server = spawn(process.execPath, [${JSON.stringify(START)}, "mcp", process.argv[2]], { stdio: ["pipe", "pipe", "ignore"] });
console.log(server.pid);
for (const message of [${JSON.stringify(HELLO)}, { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "find", arguments: { query: "parse" } } }])
  server.stdin.write(JSON.stringify(message) + "\\n");
server.stdout.on("data", (data) => { if (String(data).includes('"id":' + process.argv[3])) console.log("told"); });
`;

/**
 * Resolves to the server's process once its client is dead. Every third client is killed at once,
 * the others when one or both questions are answered.
 */
async function killedClient(
  client: string,
  root: string,
  { at, group }: { readonly at: number; readonly group: boolean },
): Promise<number> {
  const child = spawn(process.execPath, [client, root, String(at % 3)], { stdio: ["ignore", "pipe", "inherit"], detached: group });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  await expect.poll(() => text).toMatch(at % 3 === 0 ? /^\d+\n/ : /told/);
  const exit = once(child, "exit");
  if (group) process.kill(-child.pid!, "SIGKILL");
  else child.kill("SIGKILL");
  await exit;
  return Number.parseInt(text, 10);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
