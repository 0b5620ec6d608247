import type { IntegerOption, ListOption } from "./option.ts";

/** Which files of a tree get records, and how long the database keeps tombstones. */
export interface IndexingConfig {
  /** Larger files are skipped. */
  readonly maxFileBytes: number;
  /** `undefined` for all languages. */
  readonly languages: readonly string[] | undefined;
  /** Patterns of files to leave out, as in a `.gitignore` of the root. */
  readonly exclude: readonly string[];
  /** Deletions that are at least this many days old are forgotten. */
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
    description: "`index` skips larger files, and reports them.",
  },
  languages: {
    kind: "list",
    default: undefined,
    description: "Only files in these languages get records, such as `go,rust`. Without it, files in all languages.",
  },
  exclude: {
    kind: "list",
    default: undefined,
    description:
      "Files that `index` leaves out in addition to the ignored ones: patterns as in a `.gitignore` of the root, such as `vendor/,*.min.js`.",
  },
  tombstoneDays: {
    kind: "integer",
    default: 30,
    min: 1,
    max: 3_650,
    description:
      "`index` and `compact` forget deletions that are at least this many days old. A cache that was closed for longer loads everything.",
  },
};
