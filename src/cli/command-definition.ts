import type { CommonOptions, ExitCode } from "./session.ts";

/**
 * What stands behind an option or as a command's word, so that a shell can complete it: some words,
 * or what there is of something.
 */
export type Completion = readonly string[] | "directory" | "file" | "language" | "name";

/**
 * Flags as commander writes them, what they mean, what can follow, and whether the option may come
 * several times.
 */
export type OptionDefinition = readonly [flags: string, meaning: string, completion?: Completion, repeated?: "repeated"];

/**
 * What one command is besides its entry in the list of commands: the rest of its help, and what it
 * does.
 */
export interface CommandDefinition {
  /** What follows `metacache`. */
  readonly example: string;
  /** Those of its own. Every command also has `CommonOptions`. */
  readonly options?: readonly OptionDefinition[];
  /** Whether it also has the options of indexing. */
  readonly indexes?: true;
  /** Whether it works without a project: the options that choose one are none of its. */
  readonly standsAlone?: true;
  /** What its one word can be. */
  readonly completion?: Completion;
  /** The last lines of its help. */
  readonly notes?: string;
  /** `words` are all that stand besides the options, `argument` is the first of them. */
  run(options: CommonOptions, argument?: string, words?: readonly string[]): Promise<ExitCode>;
}
