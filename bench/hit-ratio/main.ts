/**
 * Measures which strategy keeps the records that are asked for again, over seeded workloads and a
 * real trace, beside the optimum.
 *
 *     node bench/hit-ratio/main.ts [--quick] [folder of the trace]
 *
 * METACACHE_TRACES may name the folder instead. Without a folder, only the seeded workloads run.
 * The strategies are the real ones, driven as CacheStorage drives them: first one victim at a time,
 * then in batches, to see what a batch costs. `--quick` takes a twentieth of the accesses and two
 * capacities of each workload, and writes no results: it only checks that everything works.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { EVICTION_STRATEGIES } from "../../src/eviction/eviction-strategies.ts";
import { EVICTION_STRATEGY_NAMES } from "../../src/config/memory-cache-config.ts";
import { nextUsesOf, optimalHits } from "./optimum.ts";
import { chartOf, headingOf, type HitRatios, lineOf, rounded, summarize, summaryLines } from "./report.ts";
import { simulateHits } from "./simulate.ts";
import { syntheticWorkloads } from "./synthetic-workloads.ts";
import { readTrace } from "./trace.ts";
import type { Workload } from "./workload.ts";

const ACCESSES = 1_000_000;
const RESULTS = new URL("../results/", import.meta.url);

const { values, positionals } = parseArgs({ options: { quick: { type: "boolean", default: false } }, allowPositionals: true });
const workloads = workloadsFor(values.quick);

console.log(`hit ratios in percent\n\n${headingOf(EVICTION_STRATEGY_NAMES)}`);
const rows = workloads.flatMap(measure);
const summaries = summarize(rows, EVICTION_STRATEGY_NAMES);
console.log(`\n${summaryLines(summaries)}`);
const batches = workloads.filter(({ name }) => ["zipf-1.0", "sessions", "orm-busy"].includes(name)).flatMap(measureBatches);
console.log(`\nwhat a batch costs: hit ratios in percent by the share of the residents that leaves at once`);
for (const batch of batches) console.log(batchLine(batch));

if (!values.quick) {
  mkdirSync(RESULTS, { recursive: true });
  const results = { accesses: ACCESSES, workloads: workloads.map(described), rows, summaries, batches };
  writeFileSync(new URL("hit-ratio.json", RESULTS), `${JSON.stringify(results, undefined, 2)}\n`);
  for (const workload of workloads) {
    const own = rows.filter((row) => row.workload === workload.name);
    writeFileSync(new URL(`hit-ratio-${workload.name}.svg`, RESULTS), chartOf(workload, own, EVICTION_STRATEGY_NAMES));
  }
}

function workloadsFor(isQuick: boolean): readonly Workload[] {
  const folder = positionals[0] ?? process.env["METACACHE_TRACES"];
  const trace = folder === undefined ? undefined : readTrace(folder);
  if (trace === undefined)
    console.log(`${folder === undefined ? "no trace was given" : `there is no trace in ${folder}`}: only the seeded workloads run\n`);
  const all = [...syntheticWorkloads(isQuick ? ACCESSES / 20 : ACCESSES), ...(trace === undefined ? [] : [trace])];
  if (!isQuick) return all;
  return all.map((workload) => ({
    ...workload,
    accesses: workload.accesses.subarray(0, ACCESSES / 20),
    capacities: workload.capacities.slice(0, 2),
  }));
}

/** Prints each row as soon as it is known. */
function measure({ name, accesses, keys, capacities }: Workload): readonly HitRatios[] {
  const nextUses = nextUsesOf(accesses, keys);
  return capacities.map((capacity) => {
    const row: HitRatios = {
      workload: name,
      capacity,
      optimum: percentOf(optimalHits(accesses, nextUses, capacity), accesses),
      strategies: Object.fromEntries(
        EVICTION_STRATEGY_NAMES.map((strategy) => [
          strategy,
          percentOf(simulateHits(accesses, keys, EVICTION_STRATEGIES[strategy](), capacity), accesses),
        ]),
      ),
    };
    console.log(lineOf(row, EVICTION_STRATEGY_NAMES));
    return row;
  });
}

interface BatchCost {
  readonly workload: string;
  readonly capacity: number;
  readonly strategy: string;
  /**
   * Pairs of the share of the residents that leaves at once, and the hit ratio. A share of 0 is one
   * record.
   */
  readonly ratios: readonly (readonly [number, number])[];
}

function measureBatches(workload: Workload): readonly BatchCost[] {
  const { name, keys } = workload;
  const capacity = 1_000;
  const accesses = workload.accesses.subarray(0, ACCESSES);
  return EVICTION_STRATEGY_NAMES.map((strategy) => ({
    workload: name,
    capacity,
    strategy,
    ratios: [0, 0.01, 0.1, 0.25, 0.5].map((share) => {
      const batch = Math.max(1, share * capacity);
      return [share, percentOf(simulateHits(accesses, keys, EVICTION_STRATEGIES[strategy](), capacity, batch), accesses)] as const;
    }),
  }));
}

function batchLine({ workload, capacity, strategy, ratios }: BatchCost): string {
  const cells = ratios.map(([share, ratio]) => `${share === 0 ? "one" : `${share * 100} %`}: ${ratio.toFixed(2)}`.padStart(14));
  return `${workload.padEnd(10)}${String(capacity).padStart(9)}  ${strategy.padEnd(10)}${cells.join("")}`;
}

function percentOf(hits: number, accesses: Int32Array): number {
  return rounded((hits / accesses.length) * 100);
}

function described({ name, title, accesses, keys }: Workload): object {
  return { name, title, accesses: accesses.length, keys };
}
