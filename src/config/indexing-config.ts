import type { IntegerOption, ListOption } from "./option.ts";

/** Which files of a tree get records, and for how long the database remembers those that are gone. */
export interface IndexingConfig {
  /** Larger files are skipped. */
  readonly maxFileBytes: number;
  /** `undefined` for all. */
  readonly languages: readonly string[] | undefined;
  /** Patterns of files to leave out, as in a `.gitignore` of the root. */
  readonly exclude: readonly string[];
  /** Deletions of at least so many days ago are forgotten. */
  readonly tombstoneDays: number;
}

const MIB = 1024 * 1024;

export const INDEXING_OPTIONS: {
  readonly maxFileBytes: IntegerOption;
  readonly languages: ListOption;
  readonly exclude: ListOption;
  readonly tombstoneDays: IntegerOption;
} = {
  maxFileBytes: {
    kind: "integer",
    default: MIB,
    min: 1,
    max: 64 * MIB,
    description: "Larger files are skipped by `index`, which says so.",
  },
  languages: {
    kind: "list",
    default: undefined,
    description: "Only files in these languages get records, such as `go,rust`. Without it, all.",
  },
  exclude: {
    kind: "list",
    default: undefined,
    description:
      "Files that `index` leaves out besides the ignored ones: patterns as in a `.gitignore` of the root, such as `vendor/,*.min.js`.",
  },
  tombstoneDays: {
    kind: "integer",
    default: 30,
    min: 1,
    max: 3_650,
    description:
      "Deletions of at least so many days ago are forgotten by `index` and `compact`. A cache that slept for longer loads everything.",
  },
};
