import type { Result, Spread } from "./measuring/measure.ts";
import type { Insertion } from "./inputs/shuffled.ts";
import type { Stage } from "./inputs/stage.ts";

/** One line of the benchmark's table: a question, who answers it, and the goal. */
export interface Row {
  /** For `--only`, and the name of its plot. */
  readonly id: string;
  readonly what: string;
  /** The goal in words, for the table. */
  readonly toReach: string;
  /**
   * True if the row measures parts that are not public calls. In a comparison with another
   * checkout, each checkout runs its own row.
   */
  readonly usesInternals?: true;
  run(stage: Stage): Promise<RowResult>;
}

export interface RowResult {
  readonly figures: readonly Figure[];
  /**
   * Each part of the goal. Never an assertion: the table says which parts were reached and which
   * were missed.
   */
  readonly goals: readonly Goal[];
  /** What was compared before anything was timed. */
  readonly verified: string;
  /** How each rival was set up, and what a reader must know. */
  readonly notes: readonly string[];
  /** What was filled, and in which order. Added after the row has run. */
  readonly insertions?: readonly Insertion[];
}

export interface Figure {
  readonly name: string;
  readonly unit: "us" | "ms" | "bytes" | "MB" | "ratio";
  readonly value: Spread;
  /** The ratio to metacache's own figure. Above 1, metacache is better. */
  readonly ratio?: Spread;
  readonly callsARound?: number;
}

export interface Goal {
  readonly text: string;
  readonly reached: boolean;
}

/** Figures of a race. `prefix` tells the races of one row apart. */
export function figuresOf(results: readonly Result[], prefix = ""): Figure[] {
  return results.map(({ name, time, ratio, callsARound }, number) => ({
    name: `${prefix}${name}`,
    unit: "us",
    value: time,
    ...(number > 0 && { ratio }),
    callsARound,
  }));
}

/** A figure that was measured once. */
export function single(name: string, unit: Figure["unit"], value: number, ratio?: number): Figure {
  return { name, unit, value: exactly(value), ...(ratio !== undefined && { ratio: exactly(ratio) }) };
}

function exactly(value: number): Spread {
  return { median: value, q1: value, q3: value };
}

/** How many times longer `name` takes than metacache. */
export function ratioOf(results: readonly Result[], name: string): number {
  const found = results.find((result) => result.name === name);
  if (found === undefined) throw new Error(`nobody in this race is called ${JSON.stringify(name)}`);
  return found.ratio.median;
}

export function times(factor: number): string {
  return `${factor >= 100 ? Math.round(factor).toLocaleString("en") : Number(factor.toPrecision(3))}x`;
}
