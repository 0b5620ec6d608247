import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { builtCommand } from "../inputs/built-command.ts";
import { PEAK_FILE } from "../children/report-peak.ts";
import { databaseOf } from "../inputs/kernel.ts";
import { type Contestant, race } from "../measuring/measure.ts";
import { copySources } from "../inputs/real-trees.ts";
import { type Figure, figuresOf, type Goal, type Row, single } from "../row.ts";
import type { Stage } from "../inputs/stage.ts";

const FEW_FILES = 500;
const MOST_MB = 150;
/** The number for each tree. */
const MOST_MS = { few: 100, kernel: 300 } as const;

export const commandRow: Row = {
  id: "command",
  what: "the command, from its start to its end",
  toReach: `get, query, find: on 86,000 files <= ${MOST_MS.kernel} ms and <= ${MOST_MB} MB; on ${FEW_FILES} files <= ${MOST_MS.few} ms`,
  async run(stage) {
    const bin = builtCommand();
    const few = join(stage.options.directory, "few");
    if (!existsSync(few)) copySources(few, stage.options.smoke ? 20 : FEW_FILES);
    if (!existsSync(databaseOf(few))) start([bin, "index"], few);
    const small = await measureTree(stage, bin, few, "few");
    const { kernel } = stage.options;
    const large = "missing" in kernel ? undefined : await measureTree(stage, bin, kernel.tree, "kernel");
    return {
      figures: [...small.figures, ...(large?.figures ?? [])],
      goals: [...small.goals, ...(large?.goals ?? [])],
      verified: "every command ended with 0 and printed something",
      notes: [
        "a process for each call, with the file system's and Node's own caches warm; ratios are to Node alone: node -e 0",
        "peak memory: the process's own maximum resident set, of the largest of three calls that are not timed",
        ...(small.hasFind ? [] : ["there is no command find: it is not measured"]),
        ...("missing" in kernel ? [`the kernel's tree is left out: ${kernel.missing}`] : []),
      ],
    };
  },
};

interface MeasuredTree {
  readonly figures: readonly Figure[];
  readonly goals: readonly Goal[];
  readonly hasFind: boolean;
}

async function measureTree(stage: Stage, bin: string, tree: string, size: keyof typeof MOST_MS): Promise<MeasuredTree> {
  const { path, language, functionName, files } = someFile(stage, tree);
  const hasFind = /^\s+find\b/m.test(start([bin, "--help"], tree));
  const calls: Readonly<Record<string, readonly string[]>> = {
    "Node alone": ["-e", "console.log(0)"],
    get: [bin, "get", path],
    query: [bin, "query", "--language", language, "--limit", "10"],
    status: [bin, "status"],
    ...(hasFind && { find: [bin, "find", functionName, "--limit", "10"] }),
  };
  const prefix = `${files.toLocaleString("en")} files, `;
  const contestants = Object.entries(calls).map(([name, args]): Contestant => ({
    name: `${prefix}${name}`,
    maxCalls: 1,
    run(times) {
      const begin = performance.now();
      for (let made = 0; made < times; made++) start(args, tree);
      return (performance.now() - begin) * 1_000;
    },
  }));
  const results = await race(contestants, stage.options);
  const peaks = Object.entries(calls).map(([name, args]) => ({ name, mb: peakMb(stage, args, tree) }));
  const judged = results.filter(({ name }) => !name.endsWith("Node alone") && !name.endsWith("status"));
  return {
    figures: [...figuresOf(results), ...peaks.map(({ name, mb }) => single(`${prefix}${name}: peak memory`, "MB", mb))],
    goals: [
      ...judged.map(({ name, time }) => ({
        text: `${name} <= ${MOST_MS[size]} ms: ${(time.median / 1_000).toFixed(0)} ms`,
        reached: time.median <= MOST_MS[size] * 1_000,
      })),
      ...peaks
        .filter(({ name }) => size === "kernel" && name !== "Node alone" && name !== "status")
        .map(({ name, mb }) => ({ text: `${prefix}${name} <= ${MOST_MB} MB: ${mb.toFixed(0)} MB`, reached: mb <= MOST_MB })),
    ],
    hasFind,
  };
}

/**
 * A file with a function, from the middle of the database. The order of its rows is the order in
 * which the command inserted them. The name of the function is not short: 60,000 names begin with
 * `reg`.
 */
function someFile(
  stage: Stage,
  tree: string,
): { readonly path: string; readonly language: string; readonly functionName: string; readonly files: number } {
  const database = new DatabaseSync(databaseOf(tree), { readOnly: true });
  try {
    const paths = database.prepare("SELECT path FROM file ORDER BY id").all() as { readonly path: string }[];
    stage.insertions.push({ what: `${tree}, as the command inserts it`, ...ascendingShare(paths) });
    const row = database
      .prepare(
        "SELECT path, language, json_extract(functions, '$[0].name') AS name FROM file WHERE length(name) >= 8 ORDER BY id LIMIT 1 OFFSET ?",
      )
      .get(Math.floor(paths.length / 4));
    const { path, language, name } = row ?? {};
    if (row === undefined) throw new Error(`no file of ${tree} has a function`);
    return { path: String(path), language: String(language), functionName: String(name), files: paths.length };
  } finally {
    database.close();
  }
}

function ascendingShare(rows: readonly { readonly path: string }[]): { readonly records: number; readonly ascending: number } {
  const ascending = rows.filter(({ path }, place) => place > 0 && (rows[place - 1]?.path ?? "") < path).length;
  return { records: rows.length, ascending: ascending / Math.max(1, rows.length - 1) };
}

function start(args: readonly string[], cwd: string, environment: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8", env: { ...process.env, ...environment } });
  if (status !== 0 || stdout === "") throw new Error(`node ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

function peakMb(stage: Stage, args: readonly string[], cwd: string): number {
  const file = join(stage.options.directory, `peak-${process.pid}.txt`);
  const module = pathToFileURL(join(import.meta.dirname, "../children/report-peak.ts"));
  for (let call = 0; call < 3; call++) start(["--import", module.href, ...args], cwd, { [PEAK_FILE]: file });
  const peaks = readFileSync(file, "utf8").trim().split("\n").map(Number);
  rmSync(file);
  return (Math.max(...peaks) * 1_024) / 1e6;
}
