import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { replayHistory } from "./replay-history.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { last: { type: "string", default: "150" } } });
const [repository] = positionals;
if (repository === undefined) {
  console.error("usage: node consistency/replaying/main.ts REPOSITORY [--last 150]");
  process.exitCode = 2;
} else await replay(resolve(repository), Number(values.last));

/**
 * Replays the last commits of a repository in a clone of its own, the oldest first, and prints the
 * differences.
 */
async function replay(from: string, last: number): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "metacache-history-")));
  const root = join(folder, "clone");
  try {
    execFileSync("git", ["clone", "--quiet", "--shared", from, root]);
    const log = execFileSync("git", ["rev-list", "--topo-order", "--reverse", `--max-count=${last}`, "HEAD"], {
      cwd: root,
      encoding: "utf8",
    });
    const commits = log.split("\n").filter((line) => line !== "");
    execFileSync("git", ["-c", "advice.detachedHead=false", "checkout", "--quiet", commits[0] ?? "HEAD"], { cwd: root });
    const start = join(import.meta.dirname, "../../scripts/start.ts");
    const onCommit = (done: number, found: number): void => console.error(`${done} of ${commits.length} commits, ${found} differences`);
    const { waits, differences, ...rest } = await replayHistory({ root, commits, start, onCommit });
    const percentile = (part: number): number => waits[Math.min(waits.length - 1, Math.floor(waits.length * part))] ?? 0;
    console.log(
      JSON.stringify({
        ...rest,
        differences: differences.length,
        waitMs: { median: percentile(0.5), p95: percentile(0.95), max: waits.at(-1) },
      }),
    );
    for (const difference of differences.slice(0, 20)) console.log(difference);
    if (differences.length > 0) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
