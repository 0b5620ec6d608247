import type { CommonOptions, ExitCode } from "./session.ts";

/**
 * The values of an option or of an argument, for completion in a shell: a list of words, or a kind
 * of thing.
 */
export type Completion = readonly string[] | "directory" | "file" | "language" | "name";

/**
 * An option: the flags in the syntax of commander, the help text, the possible values, and a mark
 * if the option may be given several times.
 */
export type OptionDefinition = readonly [flags: string, meaning: string, completion?: Completion, repeated?: "repeated"];

/**
 * A command: the rest of its help, and its implementation. Its name and description are in the list
 * of commands.
 */
export interface CommandDefinition {
  /** The text that follows `metacache`. */
  readonly example: string;
  /** The options of this command. Every command also has `CommonOptions`. */
  readonly options?: readonly OptionDefinition[];
  /** True if the command also has the options of indexing. */
  readonly indexes?: true;
  /** True if the command works without a project. It then has no options that choose a project. */
  readonly standsAlone?: true;
  /** The possible values of its argument. */
  readonly completion?: Completion;
  /** The last lines of its help. */
  readonly notes?: string;
  /**
   * Runs the command. `words` are all words that are not options, and `argument` is the first of
   * them.
   */
  run(options: CommonOptions, argument?: string, words?: readonly string[]): Promise<ExitCode>;
}
