import type { IntegerOption, ListOption } from "./option.ts";

/** Which files of a source tree get a record. What is left out takes the default. */
export interface IndexingConfig {
  readonly maxFileBytes?: number;
  readonly languages?: readonly string[];
  readonly exclude?: readonly string[];
}

const MIB = 1024 * 1024;

/** For indexing alone: opening a cache takes none of them. */
export const INDEXING_OPTIONS: Readonly<Record<keyof IndexingConfig, IntegerOption | ListOption>> = {
  maxFileBytes: {
    kind: "integer",
    default: MIB,
    min: 1,
    max: 64 * MIB,
    description: "Larger files are skipped when a source tree is indexed.",
  },
  languages: {
    kind: "list",
    default: undefined,
    description: "Only files in these languages are indexed. Without it, all that metacache knows.",
  },
  exclude: {
    kind: "list",
    default: undefined,
    description: "Files to leave out besides those that the tree ignores, as in a `.gitignore` of the root.",
  },
};
