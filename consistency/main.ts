import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check, type CheckOptions, type CheckResult } from "./check.ts";
import { occasionsFor, PLANTS } from "./plants/plants.ts";

const USAGE =
  "npm run check:consistency -- [--database sqlite|postgres] [--processes 8] [--threads 1] [--seconds 30] [--operations N] [--restores 5] [--seed N] [--plant BUG|all] [--keep]";

type Run = Omit<CheckOptions, "folder">;

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite" },
    processes: { type: "string", default: "8" },
    threads: { type: "string", default: "1" },
    seconds: { type: "string" },
    operations: { type: "string" },
    restores: { type: "string" },
    seed: { type: "string", default: String(1 + (Date.now() % 1_000_000)) },
    plant: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(`${USAGE}\n\nThe bugs: ${Object.keys(PLANTS).join(", ")}`);
else if (values.plant === "all") await plantAll(parseRun());
else await runOnce(parseRun());

function parseRun(): Run {
  const { database, plant } = values;
  if (database !== "sqlite" && database !== "postgres") return refuse(`--database must be sqlite or postgres, not ${database}`);
  if (plant !== undefined && plant !== "all" && !Object.hasOwn(PLANTS, plant)) {
    return refuse(`--plant must be all or one of ${Object.keys(PLANTS).join(", ")}, not ${plant}`);
  }
  const operations = values.operations === undefined ? undefined : integer("operations", 1);
  // The time of a run with a number of operations is not limited.
  const seconds = values.seconds === undefined ? (operations === undefined ? 30 : 86_400) : integer("seconds", 1);
  const restores = values.restores === undefined ? (database === "sqlite" ? 5 : 0) : integer("restores", 0);
  if (restores > 0 && database !== "sqlite") return refuse("--restores needs --database sqlite");
  const [processes, threads, seed] = [integer("processes", 1), integer("threads", 0), integer("seed", 1)];
  return { database, plant, processes, threads, seconds, operations, restores, seed };
}

function integer(name: "processes" | "threads" | "seconds" | "operations" | "restores" | "seed", least: number): number {
  const value = Number(values[name]);
  return Number.isSafeInteger(value) && value >= least
    ? value
    : refuse(`--${name} must be an integer of at least ${least}, not ${values[name]}`);
}

function refuse(problem: string): never {
  console.error(`${problem}\n${USAGE}`);
  process.exit(2);
}

async function runOnce(run: Run): Promise<void> {
  const { database, processes, threads, seconds, operations, seed, plant } = run;
  const length = operations === undefined ? `${seconds} s` : `${operations} operations`;
  const bug = plant === undefined ? "" : `, with the bug ${plant}`;
  console.log(`${database}, ${processes} processes with ${threads} threads each, ${length}, seed ${seed}${bug}`);
  const result = await inFolder((folder) => check({ ...run, folder }));
  report(result);
  for (const violation of result.violations) console.log(`VIOLATION ${violation}`);
  const isKept = result.violations.length === 0;
  console.log(isKept ? "every law was kept" : `${result.violations.length} violations. Repeat with --seed ${seed}`);
  process.exitCode = isKept ? 0 : 1;
}

function report({ proof, driven, operations, drivenSeconds, provenSeconds }: CheckResult): void {
  const count = (number: number): string => number.toLocaleString("en");
  const times = `in ${drivenSeconds.toFixed(0)} s (${count(Math.round(operations / drivenSeconds))} a second), proved in ${provenSeconds.toFixed(0)} s`;
  console.log(`${count(operations)} operations over ${count(proof.revisions)} revisions ${times}`);
  console.log(`  ${JSON.stringify(proof.checked)}`);
  console.log(
    `  ${driven.starts} processes started, ${driven.kills} killed, ${driven.ends} ended, ${driven.freezes} frozen for a while; ` +
      `${driven.disturbances} disturbances of the database, ${driven.restores} older states put back, ${driven.plainWrites} plain writes`,
  );
  if (Object.keys(proof.failures).length > 0) console.log(`  failed while the database was away: ${JSON.stringify(proof.failures)}`);
}

/**
 * Runs each bug by itself for some thousand operations, to show that the check can find something.
 */
async function plantAll(run: Run): Promise<void> {
  for (const [plant, { found }] of Object.entries(PLANTS)) {
    const short: Run = { ...run, ...occasionsFor(plant), plant, processes: Math.min(run.processes, 3), operations: 6_000, seconds: 600 };
    const { violations } = await inFolder((folder) => check({ ...short, folder }));
    const first = violations.find((violation) => found.test(violation));
    if (first === undefined) process.exitCode = 1;
    console.log(`${first === undefined ? "NOT FOUND" : "found"} ${plant}: ${(first ?? "").slice(0, 120)}`);
  }
}

async function inFolder<T>(task: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "metacache-consistency-logs-"));
  try {
    return await task(folder);
  } finally {
    if (values.keep) console.log(`the logs are in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}
