import { type Spread, spreadOf } from "../measuring/measure.ts";
import type { Figure, RowResult } from "../row.ts";

/** A figure that two checkouts have measured in alternation. */
export interface ComparedFigure {
  readonly name: string;
  readonly unit: Figure["unit"];
  readonly before: Spread;
  readonly now: Spread;
  /** The ratio of each round, now to before. Below 1, the figure became less. */
  readonly ratio: Spread;
}

export interface Comparison {
  readonly figures: readonly ComparedFigure[];
  readonly onlyBefore: readonly string[];
  readonly onlyNow: readonly string[];
}

/**
 * Puts the figures of the same name side by side. `renamed` maps new names of figures to old ones.
 * Each result is of one round.
 */
export function compareRounds(
  before: readonly RowResult[],
  now: readonly RowResult[],
  renamed: ReadonlyMap<string, string> = new Map(),
): Comparison {
  const [old, fresh] = [medians(before), medians(now)];
  const formerNames = new Set<string>();
  const figures: ComparedFigure[] = [];
  const onlyNow: string[] = [];
  for (const [name, { unit, values }] of fresh) {
    const formerName = renamed.get(name) ?? name;
    const former = old.get(formerName);
    if (former?.unit !== unit) {
      onlyNow.push(name);
      continue;
    }
    formerNames.add(formerName);
    figures.push({
      name,
      unit,
      before: spreadOf(former.values),
      now: spreadOf(values),
      ratio: spreadOf(values.map((value, round) => value / (former.values[round] ?? Number.NaN))),
    });
  }
  return { figures, onlyBefore: [...old.keys()].filter((name) => !formerNames.has(name)), onlyNow };
}

function medians(results: readonly RowResult[]): Map<string, { readonly unit: Figure["unit"]; readonly values: number[] }> {
  const found = new Map<string, { readonly unit: Figure["unit"]; readonly values: number[] }>();
  for (const { figures } of results) {
    for (const { name, unit, value } of figures) {
      const values = found.get(name)?.values;
      if (values === undefined) found.set(name, { unit, values: [value.median] });
      else values.push(value.median);
    }
  }
  return found;
}

export function renderComparison(row: string, { figures, onlyBefore, onlyNow }: Comparison): string {
  const lines = [
    `## ${row}`,
    "",
    "| figure | before | now | now / before |",
    "| --- | ---: | ---: | ---: |",
    ...figures.map(
      ({ name, unit, before, now, ratio }) =>
        `| ${escaped(name)} | ${spread(before)} ${unit} | ${spread(now)} ${unit} | ${spread(ratio)} |`,
    ),
  ];
  if (onlyBefore.length > 0) lines.push("", `Only before: ${onlyBefore.map(escaped).join("; ")}.`);
  if (onlyNow.length > 0) lines.push("", `Only now: ${onlyNow.map(escaped).join("; ")}.`);
  return `${lines.join("\n")}\n`;
}

function spread({ median, q1, q3 }: Spread): string {
  return q1 === q3 ? digits(median) : `${digits(median)} [${digits(q1)}, ${digits(q3)}]`;
}

function digits(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded >= 1_000 ? Math.round(rounded).toLocaleString("en") : String(rounded);
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
