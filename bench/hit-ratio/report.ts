import { type LineChart, lineChart } from "../report/plot.ts";
import type { Workload } from "./workload.ts";

/** The results of one capacity of one workload, in percent of all accesses. */
export interface HitRatios {
  readonly workload: string;
  readonly capacity: number;
  readonly optimum: number;
  /** By the strategy's name. */
  readonly strategies: Readonly<Record<string, number>>;
}

/** The results of a strategy over all workloads and capacities, in points. */
export interface Summary {
  readonly strategy: string;
  readonly belowOptimum: number;
  /** The least distance above LRU in any workload; negative if it was below. */
  readonly worstAgainstLru: number;
  readonly worstAt: string;
}

export function summarize(rows: readonly HitRatios[], strategies: readonly string[]): readonly Summary[] {
  return strategies.map((strategy) => {
    const ratio = (row: HitRatios, name: string): number => row.strategies[name] ?? 0;
    const below = rows.reduce((sum, row) => sum + row.optimum - ratio(row, strategy), 0) / rows.length;
    const worst = rows.reduce((a, b) => (ratio(b, strategy) - ratio(b, "lru") < ratio(a, strategy) - ratio(a, "lru") ? b : a));
    return {
      strategy,
      belowOptimum: rounded(below),
      worstAgainstLru: rounded(ratio(worst, strategy) - ratio(worst, "lru")),
      worstAt: `${worst.workload} at ${worst.capacity}`,
    };
  });
}

export function headingOf(strategies: readonly string[]): string {
  return ["workload  ", "capacity".padStart(9), ...strategies.map(padded), padded("optimum")].join("");
}

export function lineOf(row: HitRatios, strategies: readonly string[]): string {
  const ratios = [...strategies.map((name) => row.strategies[name] ?? 0), row.optimum];
  return [row.workload.padEnd(10), String(row.capacity).padStart(9), ...ratios.map((ratio) => padded(ratio.toFixed(2)))].join("");
}

export function summaryLines(summaries: readonly Summary[]): string {
  return summaries
    .map(
      ({ strategy, belowOptimum, worstAgainstLru, worstAt }) =>
        `${strategy.padEnd(10)} ${belowOptimum.toFixed(2).padStart(6)} points below the optimum on average; against lru at worst ` +
        `${worstAgainstLru >= 0 ? "+" : ""}${worstAgainstLru.toFixed(2)} (${worstAt})`,
    )
    .join("\n");
}

export function chartOf(workload: Workload, rows: readonly HitRatios[], strategies: readonly string[]): string {
  const chart: LineChart = {
    title: `Hit ratio: ${workload.title}`,
    subtitle: `${workload.accesses.length.toLocaleString("en")} accesses to ${workload.keys.toLocaleString("en")} records`,
    x: { label: "records that fit in memory", scale: "log", ticks: workload.capacities },
    y: { label: "hit ratio (%)" },
    series: [
      ...strategies.map((name) => ({ name, points: rows.map((row) => [row.capacity, row.strategies[name] ?? 0] as const) })),
      { name: "optimum (Belady)", points: rows.map((row) => [row.capacity, row.optimum] as const), isReference: true },
    ],
  };
  return lineChart(chart);
}

/** Rounds to a hundredth. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function padded(cell: string): string {
  return cell.padStart(11);
}
