import type { Figure } from "../row.ts";
import type { Report } from "./report.ts";

const BEGIN = "<!-- figures: written by `npm run bench` -->";
const END = "<!-- end of figures -->";

/**
 * Returns the README with the figures of this run. Throws if the README has no place for them, or
 * if the run has no such figure.
 */
export function withFigures(readme: string, report: Report): string {
  const [before, rest] = halves(readme, BEGIN);
  const [, after] = halves(rest, END);
  return `${before}${BEGIN}\n${figuresOf(report)}${END}${after}`;
}

function halves(text: string, mark: string): readonly [before: string, after: string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`README.md has no ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}

function figuresOf(report: Report): string {
  const figure = (row: string, name: string): Figure => {
    const found = report.rows.find(({ id }) => id === row)?.result.figures.find((each) => each.name === name);
    if (found === undefined) throw new Error(`the run has no figure "${name}" of the row "${row}"`);
    return found;
  };
  const value = (row: string, name: string): string => shown(figure(row, name));
  const times = (row: string, name: string): string => {
    const ratio = figure(row, name).ratio?.median ?? 0;
    return (ratio < 10 ? Number(ratio.toFixed(1)) : Math.round(ratio)).toLocaleString("en");
  };
  const files = report.records.toLocaleString("en");
  const rows = [
    [
      `open a cache of ${files} files`,
      `${value("open", "workload: from a checkpoint")} from its checkpoint; ${value("open", "workload: all rows read")} if all rows are read`,
    ],
    [
      "10 records by language and function",
      `${value("language-and-function", "metacache")}; SQLite takes ${times("language-and-function", "SQLite")} times as long`,
    ],
    ["a record in memory", `${value("peek", "metacache, peek")}; SQLite takes ${times("peek", "SQLite")} times as long`],
    [`who depends on a document, in 5 steps among ${files} files`, value("references", "metacache, depth 5")],
    ["a change by another process is visible (SQLite)", `99 % within ${value("noticing", "SQLite: 99 % within")}`],
    ["memory of the index, with paths, symbols and references", `${value("index-memory", "metacache, a record")} a file`],
  ];
  return ["", "| | |", "| --- | --- |", ...rows.map((cells) => `| ${cells.join(" | ")} |`), "", ""].join("\n");
}

/** Formats a figure with two digits or three, which is enough to remember. */
function shown({ unit, value: { median } }: Figure): string {
  if (unit === "us" && median >= 1_000_000) return `${(median / 1_000_000).toFixed(1)} s`;
  if (unit === "us" && median >= 1_000) return `${round(median / 1_000)} ms`;
  return `${round(median)} ${unit}`;
}

function round(number: number): string {
  return number < 10 ? String(Number(number.toFixed(1))) : String(Math.round(number));
}
