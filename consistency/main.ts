import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check, type CheckOptions, type CheckResult } from "./check.ts";
import { PLANTS } from "./plants.ts";

const USAGE =
  "npm run check:consistency -- [--database sqlite|postgres] [--processes 8] [--seconds 30] [--seed N] [--plant BUG|all] [--keep]";

type Run = Omit<CheckOptions, "folder">;

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite" },
    processes: { type: "string", default: "8" },
    seconds: { type: "string", default: "30" },
    seed: { type: "string", default: String(1 + (Date.now() % 1_000_000)) },
    plant: { type: "string" },
    keep: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(`${USAGE}\n\nBugs: ${Object.keys(PLANTS).join(", ")}`);
else if (values.plant === "all") await plantAll(parseRun());
else await runOnce(parseRun());

function parseRun(): Run {
  const { database, plant } = values;
  if (database !== "sqlite" && database !== "postgres") return refuse(`--database is sqlite or postgres, not ${database}`);
  if (plant !== undefined && plant !== "all" && !Object.hasOwn(PLANTS, plant)) {
    return refuse(`--plant is all or one of ${Object.keys(PLANTS).join(", ")}, not ${plant}`);
  }
  return { database, plant, processes: positive("processes"), seconds: positive("seconds"), seed: positive("seed") };
}

function positive(name: "processes" | "seconds" | "seed"): number {
  const value = Number(values[name]);
  return Number.isSafeInteger(value) && value > 0 ? value : refuse(`--${name} is an integer from 1, not ${values[name]}`);
}

function refuse(problem: string): never {
  console.error(`${problem}\n${USAGE}`);
  process.exit(2);
}

async function runOnce(run: Run): Promise<void> {
  const { database, processes, seconds, seed, plant } = run;
  console.log(`${database}, ${processes} processes, ${seconds} s, seed ${seed}${plant === undefined ? "" : `, with the bug ${plant}`}`);
  const result = await inFolder((folder) => check({ ...run, folder }));
  report(result);
  const { length } = result.violations;
  for (const violation of result.violations) console.log(`VIOLATION ${violation}`);
  console.log(length === 0 ? "every law was kept" : `${length} violations; again with --seed ${seed}`);
  process.exitCode = length === 0 ? 0 : 1;
}

function report({ proof, driven, operations, drivenSeconds, provenSeconds }: CheckResult): void {
  const count = (number: number): string => number.toLocaleString("en");
  const times = `in ${drivenSeconds.toFixed(0)} s (${count(Math.round(operations / drivenSeconds))} a second), proved in ${provenSeconds.toFixed(0)} s`;
  console.log(`${count(operations)} operations over ${count(proof.revisions)} revisions ${times}`);
  console.log(`  ${JSON.stringify(proof.checked)}`);
  console.log(
    `  ${driven.starts} processes started, ${driven.kills} killed, ${driven.ends} ended, ${driven.freezes} frozen for a while; ` +
      `${driven.disturbances} disturbances of the database, ${driven.plainWrites} plain writes`,
  );
  if (Object.keys(proof.failures).length > 0) console.log(`  failed while the database was away: ${JSON.stringify(proof.failures)}`);
}

/** Each bug by itself, for a short time: that what finds nothing can find something. */
async function plantAll(run: Run): Promise<void> {
  for (const [plant, { found }] of Object.entries(PLANTS)) {
    const short: Run = { ...run, plant, processes: Math.min(run.processes, 3), seconds: Math.min(run.seconds, 4) };
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
