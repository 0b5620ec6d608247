import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { resolveProject } from "../../src/cache/opening/resolve-project.ts";
import { createContextServer } from "../../src/server/context-server.ts";
import { ServedProject } from "../../src/server/projects/served-project.ts";
import { ServedProjects } from "../../src/server/projects/served-projects.ts";

export interface Question {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

export interface Answer {
  /** True if the first line says that the answer is fresh. A failure has no such line. */
  readonly isFresh: boolean;
  readonly isError: boolean;
  /** The answer without its revision, which depends on earlier runs. */
  readonly text: string;
}

/** A context server with a client of the SDK. */
export interface AskedServer extends AsyncDisposable {
  ask(question: Question, waitMs: number): Promise<Answer>;
}

/** `metacache mcp` in a process of its own, which watches the tree. */
export async function startServer(start: string, root: string): Promise<AskedServer> {
  const client = new Client({ name: "replay", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [start, "mcp", root], stderr: "inherit" }));
  return { ask: (question, waitMs) => ask(client, question, waitMs), [Symbol.asyncDispose]: () => client.close() };
}

/**
 * A server in this process. It has no index before the first question, and then reads the whole
 * tree.
 */
export async function scanFromNothing(root: string, database: string): Promise<AskedServer> {
  const resolved = await resolveProject({ project: root, flags: { database }, environment: {} });
  const projects = new ServedProjects([new ServedProject(resolved, { watches: false })]);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createContextServer(projects, { version: "1", announcer: "nobody" }).connect(theirs);
  const client = new Client({ name: "replay", version: "1" });
  await client.connect(ours);
  return {
    ask: (question, waitMs) => ask(client, question, waitMs),
    async [Symbol.asyncDispose]() {
      await client.close();
      await projects.close();
    },
  };
}

async function ask(client: Client, { tool, args }: Question, waitMs: number): Promise<Answer> {
  const { content, isError } = await client.callTool({ name: tool, arguments: { ...args, waitMs } });
  const [first] = content;
  const text = first?.type === "text" ? first.text : "";
  const [head = "", ...lines] = text.split("\n");
  if (isError === true) return { isFresh: false, isError, text };
  return { isFresh: head.endsWith(" fresh"), isError: false, text: lines.join("\n").replaceAll(/: cursor \S+$/gm, "") };
}
