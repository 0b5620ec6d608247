import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { PLANTS } from "./subject.ts";

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite" },
    processes: { type: "string", default: "8" },
    seconds: { type: "string", default: "30" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    plant: { type: "string" },
    keep: { type: "boolean", default: false },
  },
});

const folder = mkdtempSync(join(tmpdir(), "metacache-consistency-logs-"));
try {
  const { database, processes, seconds, seed, plant } = values;
  if (database !== "sqlite" && database !== "postgres") throw new Error(`--database is sqlite or postgres, not ${database}`);
  if (plant !== undefined && !Object.hasOwn(PLANTS, plant)) throw new Error(`--plant is one of ${Object.keys(PLANTS).join(", ")}`);
  console.log(`${database}, ${processes} processes, ${seconds} s, seed ${seed}${plant === undefined ? "" : `, with the bug ${plant}`}`);
  const result = await check({ database, processes: Number(processes), seconds: Number(seconds), seed: Number(seed), plant, folder });
  const { proof, driven } = result;
  const operations = Object.values(proof.checked).reduce((sum, count) => sum + count, 0);
  console.log(
    `${operations.toLocaleString("en")} operations over ${proof.revisions.toLocaleString("en")} revisions, in ${result.elapsedSeconds.toFixed(0)} s:`,
  );
  console.log(`  ${JSON.stringify(proof.checked)}`);
  console.log(
    `  ${driven.kills} processes killed, ${driven.ends} ended, ${driven.disturbances} disturbances of the database, ${driven.plainWrites} plain writes`,
  );
  if (Object.keys(proof.failures).length > 0) console.log(`  failed while the database was away: ${JSON.stringify(proof.failures)}`);
  for (const violation of proof.violations) console.log(`VIOLATION ${violation}`);
  console.log(proof.violations.length === 0 ? "every law was kept" : `${proof.violations.length} violations; again with --seed ${seed}`);
  process.exitCode = proof.violations.length === 0 ? 0 : 1;
} finally {
  if (values.keep) console.log(`the logs are in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}
