import { arch, cpus, platform, totalmem } from "node:os";
import { type Bar, barChart } from "./plot.ts";
import type { Figure, RowResult } from "../row.ts";
import type { Insertion } from "../inputs/shuffled.ts";

/** A row of the table, with its measurements. */
export interface MeasuredRow {
  readonly id: string;
  readonly what: string;
  readonly toReach: string;
  readonly seconds: number;
  readonly result: RowResult;
}

export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number; readonly platform: string };
  readonly node: string;
  readonly date: string;
  /**
   * How many processes wanted a core during the last minute, before the run and after it. The
   * second number includes the run itself.
   */
  readonly loadAverage: { readonly before: number; readonly after: number };
  readonly seed: number;
  readonly records: number;
  readonly rounds: number;
  readonly rows: readonly MeasuredRow[];
}

export function reportOf(options: Pick<Report, "seed" | "records" | "rounds" | "loadAverage">, rows: readonly MeasuredRow[]): Report {
  return {
    machine: {
      cpu: cpus()[0]?.model.trim() ?? "unknown",
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 1024 ** 3),
      platform: `${platform()} ${arch()}`,
    },
    node: process.version,
    date: new Date().toISOString(),
    ...options,
    rows,
  };
}

/** One row for a terminal. */
export function renderRow({ id, what, toReach, seconds, result }: MeasuredRow, judged: boolean): string {
  const lines = [`${id}: ${what}`, `  to reach: ${toReach}`];
  const width = Math.max(...result.figures.map(({ name }) => name.length));
  for (const figure of result.figures) {
    const calls = figure.callsARound === undefined ? "" : `  ${figure.callsARound.toLocaleString("en")} calls a round`;
    lines.push(`    ${figure.name.padEnd(width)}  ${valueOf(figure).padStart(26)}  ${ratioOf(figure).padStart(24)}${calls}`);
  }
  if (judged) for (const { text, reached } of result.goals) lines.push(`  ${reached ? "reached" : "MISSED "}  ${text}`);
  lines.push(`  verified: ${result.verified} (${seconds.toFixed(0)} s)`, `  ${inserted(result.insertions)}`, "");
  return lines.join("\n");
}

/** The whole run as a page: first the goals, then every figure. */
export function renderMarkdown(report: Report): string {
  const { machine, node, date, seed, records, rounds, rows, loadAverage } = report;
  const lines = [
    "# Results of the benchmark",
    "",
    "Written by `npm run bench`; what is measured, and how, is in [bench/README.md](../README.md).",
    "",
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}; Node.js ${node}; ${date.slice(0, 10)}; ` +
      `${records.toLocaleString("en")} records, seed ${seed}, ${rounds} rounds; load average ${loadAverage.before} before, ${loadAverage.after} after.`,
    "",
    "| row | to reach | verdict |",
    "| --- | --- | --- |",
    ...rows.flatMap(({ id, what, toReach, result }) =>
      result.goals.map(({ text, reached }, position) => {
        const [name, goal] = position === 0 ? [`[${what}](#${id})`, toReach] : ["", ""];
        return `| ${name} | ${escaped(goal)} | ${reached ? "reached" : "**missed**"}: ${escaped(text)} |`;
      }),
    ),
    "",
    "A ratio is how many times metacache's own figure the other one is: above 1 metacache is better. Medians, and in brackets the middle half of the rounds.",
    "",
  ];
  for (const { id, what, result } of rows) {
    lines.push(`## ${id}`, "", `${what[0]?.toUpperCase()}${what.slice(1)}.`, "", `![${id}](${id}.svg)`, "");
    lines.push("| who | median | ratio | calls a round |", "| --- | ---: | ---: | ---: |");
    for (const figure of result.figures) {
      lines.push(
        `| ${escaped(figure.name)} | ${valueOf(figure)} | ${ratioOf(figure)} | ${figure.callsARound?.toLocaleString("en") ?? ""} |`,
      );
    }
    lines.push(
      "",
      `Verified: ${escaped(result.verified)}.`,
      "",
      ...result.notes.map((note) => `- ${escaped(note)}`),
      `- ${inserted(result.insertions)}`,
      "",
    );
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

/** The row's figures as bars. Times are on a logarithmic axis, because they span powers of ten. */
export function renderPlot({ what, result }: MeasuredRow): string {
  const unit = result.figures[0]?.unit ?? "us";
  const shown = result.figures.filter((figure) => figure.unit === unit && figure.value.median > 0);
  const values = shown.map(({ value }) => value.median);
  const bars = shown.map((figure): Bar => ({
    name: figure.name.length > LONGEST_NAME ? `${figure.name.slice(0, LONGEST_NAME)}…` : figure.name,
    value: figure.value.median,
    isOwn: figure.name.includes("metacache"),
    note:
      figure.ratio === undefined
        ? number(figure.value.median, unit)
        : `${number(figure.value.median, unit)}, ${factor(figure.ratio.median)}`,
  }));
  const scale = Math.max(...values) / Math.min(...values) > 20 ? "log" : "linear";
  return barChart({
    title: what,
    subtitle: `medians; the number behind the time is its ratio to metacache's${scale === "log" ? "; logarithmic axis" : ""}`,
    axis: { label: UNITS[unit], scale, format: short },
    bars,
  });
}

/** More bars would not fit the picture. */
const LONGEST_NAME = 44;

const UNITS: Readonly<Record<Figure["unit"], string>> = {
  us: "microseconds a call",
  ms: "milliseconds",
  bytes: "bytes",
  MB: "MB",
  ratio: "ratio",
};

function inserted(insertions: readonly Insertion[] = []): string {
  const each = insertions.map(
    ({ what, records, ascending }) =>
      `${what}: ${records.toLocaleString("en")}, ${(100 * ascending).toFixed(1)} % of neighbours in the order of their paths`,
  );
  return `order of insertion: ${each.join("; ")}`;
}

function valueOf({ unit, value: { median, q1, q3 } }: Figure): string {
  return q1 === q3
    ? number(median, unit)
    : `${number(median, unit)} [${short(scaled(q1, median, unit))}, ${short(scaled(q3, median, unit))}]`;
}

function ratioOf({ ratio }: Figure): string {
  if (ratio === undefined) return "";
  const { median, q1, q3 } = ratio;
  return q1 === q3 ? factor(median) : `${factor(median)} [${short(q1)}, ${short(q3)}]`;
}

function factor(ratio: number): string {
  return `${short(ratio)}x`;
}

/** Writes microseconds as milliseconds if these are easier to read. */
function number(value: number, unit: Figure["unit"]): string {
  return `${short(scaled(value, value, unit))} ${unit === "us" && value >= 10_000 ? "ms" : unit}`;
}

function scaled(value: number, median: number, unit: Figure["unit"]): number {
  return unit === "us" && median >= 10_000 ? value / 1_000 : value;
}

/** Three digits, which is more than the precision of these figures. */
function short(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded >= 1_000 ? Math.round(rounded).toLocaleString("en") : String(rounded);
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
