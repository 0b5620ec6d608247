import type { CommonOptions, ExitCode } from "./session.ts";

/** All that there is of one command: what its help says, and what it does. */
export interface CommandDefinition {
  readonly name: string;
  readonly description: string;
  /** What follows `metacache`. */
  readonly example: string;
  /** The one word that it takes besides its options, as commander writes it, and what the word means. */
  readonly argument?: readonly [word: string, meaning: string];
  /** Those of its own: flags as commander writes them, and what they mean. Every command also has `CommonOptions`. */
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  /** Whether it also has the options of indexing. */
  readonly indexes?: true;
  /** The last lines of its help. */
  readonly notes?: string;
  run(options: CommonOptions, argument?: string): Promise<ExitCode>;
}
