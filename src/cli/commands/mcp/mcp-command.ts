import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { LONGEST_MS, systemClock } from "../../../base/clock.ts";
import { MetacacheError } from "../../../base/errors.ts";
import { resolveProject, type ResolvedProject } from "../../../cache/opening/resolve-project.ts";
import { serveOnHttp } from "../../../server/http/serve-http.ts";
import { newToken } from "../../../server/http/token.ts";
import { ServedProject } from "../../../server/projects/served-project.ts";
import { ServedProjects } from "../../../server/projects/served-projects.ts";
import { serveOnStdio } from "../../../server/serve-stdio.ts";
import { wholeNumber } from "../../answers/paging.ts";
import type { CommandDefinition } from "../../command-definition.ts";
import { findProjectRoot } from "../../place/find-project.ts";
import { type CommonOptions, type ExitCode, flagsOf, outputOf } from "../../session.ts";
import { programVersion } from "../../program-version.ts";
import { clientConfig, MCP_CLIENTS } from "./client-config.ts";

interface McpOptions extends CommonOptions {
  readonly watch?: boolean;
  readonly printConfig?: string;
  readonly http?: boolean;
  readonly host?: string;
  readonly port?: string;
  readonly allowRemote?: boolean;
}

/** `metacache mcp [dirs...]`: runs a context server for coding assistants. */
export const command: CommandDefinition = {
  example: "mcp --print-config claude",
  indexes: true,
  options: [
    ["--print-config <client>", `print the configuration that makes a client start this server: ${MCP_CLIENTS.join(", ")}`, MCP_CLIENTS],
    ["--no-watch", "look at all files for each question, instead of watching them"],
    ["--http", "answer by HTTP instead of standard input and output; prints the address and a token"],
    ["--port <n>", "with --http: the port (default: any free port)"],
    ["--host <address>", "with --http: the address to listen on (default: 127.0.0.1)"],
    ["--allow-remote", "with --host: accept requests from other machines"],
  ],
  completion: "directory",
  notes: [
    "The server reads nothing before the first question.\nIt ends when its input ends, or with Ctrl-C.",
    "METACACHE_MCP_TOKEN is the token of --http.\nWithout it, each start creates a new token.",
  ].join("\n"),
  run,
};

async function run(options: McpOptions, _first?: string, dirs: readonly string[] = []): Promise<ExitCode> {
  const resolved = await resolvedProjects(options, dirs);
  if (options.printConfig !== undefined) return printConfig(options, options.printConfig, resolved);
  const projects = new ServedProjects(resolved.map((project) => new ServedProject(project, { watches: options.watch !== false })));
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  try {
    await (options.http === true ? serveHttp(options, projects, stop.signal) : serveOnStdio(projects, programVersion(), stop.signal));
  } finally {
    await projects.close();
    for (const signal of SIGNALS) process.off(signal, end);
  }
  return 0;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const MAX_PORT = 65_535;

async function serveHttp(options: McpOptions, projects: ServedProjects, signal: AbortSignal): Promise<void> {
  const output = outputOf(options);
  const token = process.env["METACACHE_MCP_TOKEN"] ?? newToken();
  if (token.length < MIN_TOKEN) {
    throw new MetacacheError("E_CONFIG", `METACACHE_MCP_TOKEN has only ${token.length} characters`, {
      remedy: `give at least ${MIN_TOKEN}`,
    });
  }
  const port = options.port === undefined ? 0 : wholeNumber("--port", options.port, MAX_PORT, 0);
  const { host = "127.0.0.1", allowRemote = false } = options;
  await using server = await serveOnHttp(projects, { version: programVersion(), host, port, token, allowRemote });
  output.document("mcp", { url: server.url, token });
  output.line(server.url);
  output.line(`Authorization: Bearer ${token}`);
  const { promise, resolve: end } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => end(), { once: true });
  const cancel = systemClock.schedule(LONGEST_MS, () => undefined, "awaited");
  if (!signal.aborted) await promise;
  cancel();
}

const MIN_TOKEN = 16;

function printConfig(options: McpOptions, client: string, projects: readonly ResolvedProject[]): ExitCode {
  const output = outputOf(options);
  const roots = projects.flatMap(({ root }) => root ?? []);
  const start = { command: process.execPath, args: [realpathSync(process.argv[1] ?? ""), "mcp", ...roots] };
  const { file, config } = clientConfig(client, start);
  output.document("mcp", { client, file, config });
  for (const line of config.split("\n")) output.line(line);
  output.note(`put this into ${file}`);
  return 0;
}

async function resolvedProjects(options: McpOptions, dirs: readonly string[]): Promise<readonly ResolvedProject[]> {
  if (options.name !== undefined && dirs.length > 1) {
    throw new MetacacheError("E_CONFIG", `--name ${JSON.stringify(options.name)} cannot be the name of ${dirs.length} projects`, {
      remedy: "remove --name, or give one folder",
    });
  }
  const given = dirs.length > 0 ? dirs : await projectsAroundHere(options);
  const resolved = await Promise.all(given.map((dir) => resolveProject({ project: resolve(dir), flags: flagsOf(options) })));
  return [...new Map(resolved.map((project) => [project.root, project])).values()];
}

/**
 * Returns the project to serve if no folders are given. The folder that the client names comes
 * first, because clients start servers in any folder. The home folder and the top of the file
 * system are not taken as projects unless they are given: each answer then says what to do.
 */
async function projectsAroundHere({ project }: McpOptions): Promise<readonly string[]> {
  if (project !== undefined) return [project];
  const here = process.env["CLAUDE_PROJECT_DIR"] ?? process.cwd();
  const found = await findProjectRoot(here);
  if (found !== undefined) return [found];
  return here === homedir() || here === dirname(here) ? [] : [here];
}
