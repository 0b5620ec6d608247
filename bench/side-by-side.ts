import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { parseBenchOptions } from "./bench-options.ts";
import { compareRounds, renderComparison } from "./report/comparison.ts";
import { NOT_ASKED_FOR, prepareKernel } from "./inputs/kernel.ts";
import type { Row, RowResult } from "./row.ts";
import type { RowTask } from "./run-row.ts";
import { ROWS } from "./rows/rows.ts";

const USAGE = `node bench/side-by-side.ts --before FOLDER --only ROW [options]

Measures rows in another checkout and in this one, in alternation, each time in a process of its own.
The other checkout needs its node_modules. A row of public calls is this checkout's row, run over the
sources of the other checkout. For a row that measures internal parts, each checkout runs its own row.

  --before <folder>     the other checkout
  --only <row>          may be given several times
  --times <n>           how often each side runs each row (default 5)
  --renamed <old=new>   the name of a figure in the other checkout and here; may be given several times
  --records <n>, --rounds <n>, --seed <n>, --kernel-tree <folder>, --smoke   as for the benchmark; --rounds is for each run`;

const { values } = parseArgs({
  options: {
    before: { type: "string" },
    only: { type: "string", multiple: true },
    times: { type: "string", default: "5" },
    renamed: { type: "string", multiple: true, default: [] },
    records: { type: "string" },
    rounds: { type: "string" },
    seed: { type: "string" },
    smoke: { type: "boolean" },
    "kernel-tree": { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

if (values.help === true || values.before === undefined || values.only === undefined) {
  console.log(USAGE);
  process.exitCode = values.help === true ? 0 : 2;
} else {
  await compare(resolve(values.before), values.only);
}

async function compare(before: string, rows: readonly string[]): Promise<void> {
  const here = resolve(import.meta.dirname, "..");
  if (!existsSync(join(before, "node_modules"))) throw new Error(`${before} has no node_modules: run npm ci there`);
  const times = Number(values.times);
  if (!Number.isSafeInteger(times) || times < 1)
    throw new Error(`--times must be a whole number of at least 1, not ${JSON.stringify(values.times)}`);
  const renamed = new Map(values.renamed.map(oldAndNew));
  const { only: _, wantsKernel, kernelTree, ...options } = parseBenchOptions(values, ROWS);
  const directory = mkdtempSync(join(tmpdir(), "metacache-side-by-side-"));
  try {
    const kernel = wantsKernel ? prepareKernel(directory, kernelTree) : NOT_ASKED_FOR;
    const overlay = overlayOf(here, before, join(directory, "overlay"));
    for (const row of ROWS.filter(({ id }) => rows.includes(id))) {
      const sides = [
        { root: row.usesInternals === true ? before : overlay, directory: join(directory, "before"), results: [] as RowResult[] },
        { root: here, directory: join(directory, "now"), results: [] as RowResult[] },
      ] as const;
      for (let time = 0; time < times; time++) {
        // Each of the two starts equally often.
        for (const side of time % 2 === 0 ? sides : sides.toReversed()) {
          mkdirSync(side.directory, { recursive: true });
          side.results.push(measure(side.root, row, { ...options, kernel, directory: side.directory }));
        }
      }
      console.log(renderComparison(row.id, compareRounds(sides[0].results, sides[1].results, renamed)));
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * This checkout's benchmark over the other checkout's sources. Node resolves the links, so that
 * each file finds its own neighbours and packages.
 */
function overlayOf(here: string, before: string, overlay: string): string {
  mkdirSync(overlay, { recursive: true });
  for (const part of ["bench", "testing"]) {
    cpSync(join(here, part), join(overlay, part), { recursive: true, filter: (path) => basename(path) !== "node_modules" });
  }
  symlinkSync(realpathSync(join(here, "bench/node_modules")), join(overlay, "bench/node_modules"));
  for (const part of ["src", "bin", "node_modules", "package.json"]) symlinkSync(realpathSync(join(before, part)), join(overlay, part));
  return overlay;
}

function measure(root: string, { id }: Row, options: RowTask["options"]): RowResult {
  const resultFile = join(options.directory, `${id}.json`);
  const task: RowTask = { row: id, options, resultFile };
  const args = ["--expose-gc", "--max-old-space-size=8192", join(root, "bench/run-row.ts"), JSON.stringify(task)];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`the row ${id} failed in ${root}`);
  return JSON.parse(readFileSync(resultFile, "utf8")) as RowResult;
}

/** By the new name. */
function oldAndNew(text: string): readonly [now: string, before: string] {
  const [before, now] = text.split("=");
  if (before === undefined || now === undefined) throw new Error(`--renamed must be OLD=NEW, not ${JSON.stringify(text)}`);
  return [now, before];
}
