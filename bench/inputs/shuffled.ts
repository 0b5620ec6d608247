import { Random } from "../../testing/random.ts";

/**
 * What a row filled an index or a database with, and the share of neighbours in the order of their
 * paths. Without any order, this share is one half.
 */
export interface Insertion {
  readonly what: string;
  readonly records: number;
  readonly ascending: number;
}

/** With so few records, chance alone may put any share in order. */
const FEW = 500;
const TOLERANCE = 0.1;

/** The numbers from 0 to `count` - 1, in an order that the seed fixes. */
export function shuffledNumbers(count: number, seed: number): number[] {
  return new Random(seed ^ 0x5eed).shuffled(Array.from({ length: count }, (_, number) => number));
}

/**
 * Measures the order of paths. Throws if they are in the order of the paths, or in reverse: filling
 * an index would then be easier than in real use.
 */
export function assertShuffled(what: string, paths: readonly string[]): Insertion {
  let before = 0;
  for (let place = 1; place < paths.length; place++) if ((paths[place - 1] as string) < (paths[place] as string)) before++;
  const ascending = before / Math.max(1, paths.length - 1);
  if (paths.length >= FEW && Math.abs(ascending - 0.5) > TOLERANCE) {
    throw new Error(`${what}: ${Math.round(100 * ascending)} % of the neighbours come in the order of their paths; shuffle the records`);
  }
  return { what, records: paths.length, ascending };
}
