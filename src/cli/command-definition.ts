import type { CommonOptions, ExitCode } from "./session.ts";

/** What one command is besides its entry in the list of commands: the rest of its help, and what it does. */
export interface CommandDefinition {
  /** What follows `metacache`. */
  readonly example: string;
  /** Those of its own: flags as commander writes them, and what they mean. Every command also has `CommonOptions`. */
  readonly options?: readonly (readonly [flags: string, meaning: string])[];
  /** Whether it also has the options of indexing. */
  readonly indexes?: true;
  /** The last lines of its help. */
  readonly notes?: string;
  run(options: CommonOptions, argument?: string): Promise<ExitCode>;
}
