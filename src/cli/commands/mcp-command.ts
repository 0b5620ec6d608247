import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import { MetacacheError } from "../../base/errors.ts";
import { resolveProject } from "../../cache/opening/resolve-project.ts";
import { ServedProject } from "../../server/projects/served-project.ts";
import { ServedProjects } from "../../server/projects/served-projects.ts";
import { serveOnStdio } from "../../server/serve-stdio.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { findProjectRoot } from "../place/find-project.ts";
import { type CommonOptions, type ExitCode, flagsOf } from "../session.ts";
import { version } from "../version.ts";

interface McpOptions extends CommonOptions {
  readonly watch?: boolean;
}

/** `metacache mcp [dirs...]`: a context server for coding assistants. */
export const command: CommandDefinition = {
  example: "mcp .",
  indexes: true,
  options: [["--no-watch", "look at all files for each question, instead of watching them"]],
  notes: "Nothing is read before the first question. It ends with its input.",
  run,
};

async function run(options: McpOptions, _first?: string, dirs: readonly string[] = []): Promise<ExitCode> {
  const projects = await servedProjects(options, dirs);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  try {
    await serveOnStdio(projects, version(), stop.signal);
  } finally {
    await projects.close();
    for (const signal of SIGNALS) process.off(signal, end);
  }
  return 0;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

async function servedProjects(options: McpOptions, dirs: readonly string[]): Promise<ServedProjects> {
  if (options.name !== undefined && dirs.length > 1) {
    throw new MetacacheError("E_CONFIG", `--name ${JSON.stringify(options.name)} cannot be the name of ${dirs.length} projects`, {
      remedy: "leave it out, or give one folder",
    });
  }
  const given = dirs.length > 0 ? dirs : await projectsAroundHere(options);
  const resolved = await Promise.all(given.map((dir) => resolveProject({ project: resolve(dir), flags: flagsOf(options) })));
  const distinct = new Map(resolved.map((project) => [project.root, project]));
  return new ServedProjects([...distinct.values()].map((project) => new ServedProject(project, { watches: options.watch !== false })));
}

/**
 * The client's own word for its project comes first: clients start servers in any folder. The home folder and the top of the file system are no project unless they
 * are given: then each answer says what to do.
 */
async function projectsAroundHere({ project }: McpOptions): Promise<readonly string[]> {
  if (project !== undefined) return [project];
  const here = process.env["CLAUDE_PROJECT_DIR"] ?? process.cwd();
  const found = await findProjectRoot(here);
  if (found !== undefined) return [found];
  return here === homedir() || here === dirname(here) ? [] : [here];
}
