import type { StageOptions } from "./inputs/stage.ts";

export interface BenchOptions extends Omit<StageOptions, "directory" | "kernel"> {
  /** True to measure the kernel's tree, too. The path of the tree, if it was unpacked before. */
  readonly wantsKernel: boolean;
  readonly kernelTree: string | undefined;
  /** The rows to run, by their ids. Without them, all rows run. */
  readonly only: readonly string[] | undefined;
  readonly isStandardSize: boolean;
}

export const USAGE = `npm run bench -- [options]

  --only <row>     measures only this row; may be given several times
  --records <n>    the number of records of the workload (default 100,000)
  --rounds <n>     the number of rounds for each figure (default 15)
  --seed <n>       the seed of the workload (default 1)
  --kernel         also measures on Linux's source tree: fetches Debian's package linux-source-6.12, unpacks and indexes it (takes minutes)
  --kernel-tree <folder>  the same with a tree that is already unpacked; its index is in .metacache, and is made if it does not exist
  --smoke          runs everything once with small sizes: checks that it works and that answers are right, not how fast it is`;

const STANDARD = { records: 100_000, rounds: 15, seed: 1, targetMs: 40 };
const SMOKE = { records: 2_000, rounds: 2, seed: 1, targetMs: 1 };

/** Throws an error that says what is wrong, and what can be given. */
export function parseBenchOptions(
  given: {
    readonly only?: readonly string[];
    readonly records?: string;
    readonly rounds?: string;
    readonly seed?: string;
    readonly smoke?: boolean;
    readonly kernel?: boolean;
    readonly "kernel-tree"?: string;
  },
  rows: readonly { readonly id: string }[],
): BenchOptions {
  const smoke = given.smoke === true;
  const defaults = smoke ? SMOKE : STANDARD;
  const unknown = given.only?.find((id) => rows.every((row) => row.id !== id));
  if (unknown !== undefined)
    throw new Error(`there is no row ${JSON.stringify(unknown)}. The rows are ${rows.map(({ id }) => id).join(", ")}`);
  const options = {
    records: integer("records", given.records, defaults.records, 1_000),
    rounds: integer("rounds", given.rounds, defaults.rounds, 1),
    seed: integer("seed", given.seed, defaults.seed, 0),
  };
  const isStandardSize = options.records === STANDARD.records && options.rounds >= STANDARD.rounds;
  const { kernel, "kernel-tree": kernelTree } = given;
  const wantsKernel = kernel === true || kernelTree !== undefined;
  if (smoke && wantsKernel) throw new Error("--smoke cannot be used with --kernel or --kernel-tree: the kernel's tree is not small");
  return { ...options, targetMs: defaults.targetMs, smoke, only: given.only, isStandardSize, wantsKernel, kernelTree };
}

function integer(name: string, text: string | undefined, byDefault: number, least: number): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`--${name} must be a whole number of at least ${least}, not ${JSON.stringify(text)}`);
}
