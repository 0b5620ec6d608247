import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withFigures } from "./report/readme-figures.ts";
import { type MeasuredRow, type Report, renderMarkdown, renderPlot, renderRow, reportOf } from "./report/report.ts";
import { parseBenchOptions, USAGE } from "./bench-options.ts";
import { NOT_ASKED_FOR, prepareKernel } from "./inputs/kernel.ts";
import { ROWS } from "./rows/rows.ts";
import type { Row, RowResult } from "./row.ts";
import type { RowTask } from "./run-row.ts";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    records: { type: "string" },
    rounds: { type: "string" },
    seed: { type: "string" },
    smoke: { type: "boolean" },
    kernel: { type: "boolean" },
    "kernel-tree": { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});
if (values.help === true) {
  console.log(`${USAGE}\n\nRows: ${ROWS.map(({ id }) => id).join(", ")}`);
} else {
  const { only, wantsKernel, kernelTree, ...options } = parseBenchOptions(values, ROWS);
  const before = loadOfLastMinute();
  const directory = mkdtempSync(join(tmpdir(), "metacache-bench-"));
  try {
    const kernel = wantsKernel ? prepareKernel(directory, kernelTree) : NOT_ASKED_FOR;
    if (wantsKernel && "missing" in kernel) console.error(`the kernel's tree is left out: ${kernel.missing}`);
    const chosen = ROWS.filter(({ id }) => only === undefined || only.includes(id));
    const rows = chosen.map((row) => measure(row, { ...options, directory, kernel }));
    const missed = rows.flatMap(({ result }) => result.goals).filter(({ reached }) => !reached).length;
    const goals = rows.flatMap(({ result }) => result.goals).length;
    if (options.smoke) console.log(`smoke: ${rows.length} rows ran, and every compared answer is right. The times mean nothing`);
    else console.log(`${goals - missed} of ${goals} goals reached, ${missed} missed`);
    // The stored results are of all rows at the default size. Another run must not replace them.
    if (only === undefined && !options.smoke && options.isStandardSize) writeResults(rows, options, { before, after: loadOfLastMinute() });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Measures one row in a process of its own, and prints the result. */
function measure({ id, what, toReach }: Row, options: RowTask["options"]): MeasuredRow {
  const resultFile = join(options.directory, `${id}.json`);
  const started = performance.now();
  const task: RowTask = { row: id, options, resultFile };
  const args = ["--expose-gc", "--max-old-space-size=8192", join(import.meta.dirname, "run-row.ts"), JSON.stringify(task)];
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`the row ${id} failed`);
  const result = JSON.parse(readFileSync(resultFile, "utf8")) as RowResult;
  const row: MeasuredRow = { id, what, toReach, seconds: (performance.now() - started) / 1_000, result };
  console.log(renderRow(row, !options.smoke));
  return row;
}

function writeResults(
  rows: readonly MeasuredRow[],
  { seed, records, rounds }: { readonly seed: number; readonly records: number; readonly rounds: number },
  loadAverage: Report["loadAverage"],
): void {
  const report = reportOf({ seed, records, rounds, loadAverage }, rows);
  const folder = join(import.meta.dirname, "results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "benchmark.json"), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, "benchmark.md"), renderMarkdown(report));
  for (const row of rows) writeFileSync(join(folder, `${row.id}.svg`), renderPlot(row));
  const readme = join(import.meta.dirname, "../README.md");
  writeFileSync(readme, withFigures(readFileSync(readme, "utf8"), report));
  console.log("wrote to bench/results: benchmark.json, benchmark.md and a plot for each row; and the figures of README.md");
}

function loadOfLastMinute(): number {
  return Math.round(10 * (loadavg()[0] ?? 0)) / 10;
}
