import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { homedir } from "node:os";
import { expect, it, onTestFinished } from "vitest";
import { call, sampleTree } from "../server/served-tree.ts";
import { jsonIn, metacacheIn, START } from "../support/command.ts";

interface Start {
  readonly command: string;
  readonly args: readonly string[];
}

it("prints a configuration for each client, which starts the server for the project here", async () => {
  const tree = sampleTree();
  onTestFinished(() => tree[Symbol.dispose]());
  const start = { command: process.execPath, args: [START, "mcp", tree.root] };
  const read: Readonly<Record<string, (config: string) => unknown>> = {
    claude: (config) => (JSON.parse(config) as { mcpServers: { metacache: unknown } }).mcpServers.metacache,
    vscode: (config) => (JSON.parse(config) as { servers: { metacache: unknown } }).servers.metacache,
    cursor: (config) => (JSON.parse(config) as { mcpServers: { metacache: unknown } }).mcpServers.metacache,
    codex: (config) => ({
      command: JSON.parse(/^command = (".*")$/m.exec(config)?.[1] ?? "") as unknown,
      args: JSON.parse(/^args = (\[.*\])$/m.exec(config)?.[1] ?? "") as unknown,
    }),
  };
  for (const [client, startOf] of Object.entries(read)) {
    const { config } = await jsonIn(tree.root, "mcp", "--print-config", client);
    expect(startOf(config as string)).toMatchObject(start);
  }
  const { config } = await jsonIn(tree.root, "mcp", "--print-config", "cursor");
  const { command, args } = (JSON.parse(config as string) as { mcpServers: { metacache: Start } }).mcpServers.metacache;
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StdioClientTransport({ command, args: [...args], cwd: "/", stderr: "inherit" }));
  expect((await call(client, "find", { query: "parseFile" })).text).toContain("src/parser.ts:12-14");
  await client.close();
});

it.each([
  [["--print-config", "emacs"], "must be one of claude, codex, vscode, cursor"],
  [["--http", "--host", "0.0.0.0"], "add --allow-remote"],
  [["--http", "--port", "99999"], "--port must be an integer"],
  [["/nowhere/at/all"], "cannot be opened"],
  [[".", "..", "--name", "one"], "cannot be the name of 2 projects"],
])("refuses %j in one line, and says what to do", async (args, message) => {
  const { code, stdout, stderr } = await metacacheIn(import.meta.dirname, "mcp", ...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});

it("serves no home folder that was not named, and says in each answer what to do", async () => {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [START, "mcp"], cwd: homedir(), stderr: "inherit" }));
  const { isError, text } = await call(client, "overview");
  expect([isError, text]).toEqual([true, expect.stringContaining("metacache mcp /path/to/code")]);
  await client.close();
});
