import { McpServer, type StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import { isMetacacheError, messageOf } from "../base/errors.ts";
import { escapeProse } from "../base/text/escape.ts";
import { cut, fitted } from "./answers/answer-lines.ts";
import { doubtOf, freshnessLine } from "./answers/freshness.ts";
import { toolFailure, toolResult } from "./answers/tool-answer.ts";
import { type ArgumentTable, jsonSchemaOf, ToolArguments } from "./arguments/tool-arguments.ts";
import { registerFiles } from "./resources/file-resources.ts";
import type { TreeProof } from "./projects/tree-follower.ts";
import type { ServedProjects } from "./projects/served-projects.ts";
import { changesTool } from "./tools/changes-tool.ts";
import { checkTool } from "./tools/check-tool.ts";
import type { ContextTool } from "./tools/context-tool.ts";
import { findTool } from "./tools/find-tool.ts";
import { overviewTool } from "./tools/overview-tool.ts";
import { refsTool } from "./tools/refs-tool.ts";
import { showTool } from "./tools/show-tool.ts";

const CONTEXT_TOOLS: readonly ContextTool[] = [findTool, showTool, refsTool, changesTool, overviewTool, checkTool];

const DEFAULT_BUDGET = 4_000;
const MAX_BUDGET = 8_000;
const DEFAULT_WAIT_MS = 300;
const MAX_WAIT_MS = 60_000;
const FAILURE_CHARACTERS = 2_000;
/** The cost of the text around the message of a failure. */
const FAILURE_TOKENS = 80;

/** The arguments that every tool has. */
const COMMON_ARGUMENTS: ArgumentTable = {
  budget: {
    type: "integer",
    description: `Tokens that the answer may cost, estimated. Default: ${DEFAULT_BUDGET}.`,
    minimum: 300,
    maximum: MAX_BUDGET,
  },
  waitMs: {
    type: "integer",
    description: `How long to wait until the answer is proved fresh. Default: ${DEFAULT_WAIT_MS}.`,
    minimum: 0,
    maximum: MAX_WAIT_MS,
  },
};

export interface ContextServerOptions {
  readonly version: string;
  /**
   * Who tells the client of changed files that it listens for: this server (`server`), the program
   * that makes a server for each request (`maker`), or nobody (`nobody`).
   */
  readonly announcer: "server" | "maker" | "nobody";
}

/**
 * Makes a server for one connection, of either era of the protocol. Does not open a project: the
 * first question about a project opens it.
 */
export function createContextServer(projects: ServedProjects, { version, announcer }: ContextServerOptions): McpServer {
  const { only } = projects;
  const resources = only === undefined ? {} : { resources: { subscribe: announcer !== "nobody" } };
  const server = new McpServer(
    { name: "metacache", title: "metacache", version },
    { instructions: instructionsFor(projects), capabilities: { tools: {}, ...resources } },
  );
  if (only !== undefined) registerFiles(server, only, announcer === "server");
  for (const tool of CONTEXT_TOOLS) register(server, projects, tool);
  return server;
}

function instructionsFor({ names }: ServedProjects): string {
  const which = names.length === 1 ? "" : ` Projects: ${names.join(", ")}; give one as project.`;
  return [
    "metacache indexes the declarations, documents and references of this code base, and keeps the index in step with the files while you work.",
    "find locates a declaration, show prints one symbol or a file's outline, refs tells who refers to a file, changes what changed since @rN, overview what the project consists of, check which references your edits broke.",
    `The first line of an answer says how far it is proved: "@r12 fresh", or which of its files are behind.${which}`,
  ].join(" ");
}

function register(server: McpServer, projects: ServedProjects, tool: ContextTool): void {
  const { name, title, description } = tool;
  const table = argumentsOf(tool, projects);
  server.registerTool(
    name,
    {
      title,
      description,
      inputSchema: schemaOf(table),
      annotations: { title, readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    async (given, context) => {
      let [proof, budget]: [TreeProof | undefined, number] = [undefined, DEFAULT_BUDGET];
      try {
        const args = ToolArguments.read(table, given);
        budget = args.number("budget") ?? DEFAULT_BUDGET;
        const served = projects.find(args.text("project"));
        const settled = await served.settled(args.number("waitMs") ?? DEFAULT_WAIT_MS);
        const { project } = settled;
        ({ proof } = settled);
        const call = { budget, signal: context.mcpReq.signal };
        const answer = await tool.answer(project, args, call);
        return toolResult(answer, freshnessLine(answer.revision, proof, answer.paths));
      } catch (error) {
        return toolFailure(describeFailure(tool, error, { proof, budget }));
      }
    },
  );
}

function argumentsOf(tool: ContextTool, { names }: ServedProjects): ArgumentTable {
  const project: ArgumentTable =
    names.length < 2 ? {} : { project: { type: "string", description: `Needed: one of ${names.join(", ")}.` } };
  return { ...tool.arguments, ...COMMON_ARGUMENTS, ...project };
}

/**
 * Returns the schema for clients. The schema itself accepts everything, because `ToolArguments`
 * checks the arguments, and its messages say what to call instead.
 */
function schemaOf(table: ArgumentTable): StandardSchemaWithJSON {
  const jsonSchema = { input: () => jsonSchemaOf(table), output: () => jsonSchemaOf(table) };
  return { "~standard": { version: 1, vendor: "metacache", validate: (value) => ({ value }), jsonSchema } };
}

/**
 * Says what failed, why, and what to call next. If something was not found while the index may be
 * incomplete, adds that.
 */
function describeFailure(
  { name, example }: ContextTool,
  error: unknown,
  { proof, budget }: { readonly proof: TreeProof | undefined; readonly budget: number },
): string {
  const message = fitted(cut(escapeProse(messageOf(error)), FAILURE_CHARACTERS), budget - FAILURE_TOKENS);
  const isSaid = isMetacacheError(error) && error.remedy !== undefined;
  const failure = isSaid
    ? `${name} failed: ${message}`
    : `${name} failed: ${message}. A call that works: ${name} ${JSON.stringify(example)}`;
  const doubt = proof === undefined ? undefined : doubtOf(proof);
  return doubt === undefined ? failure : `${failure}\n${doubt}`;
}
