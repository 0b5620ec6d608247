import type { Random } from "../../testing/random.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { WitnessedChange } from "../proof/history-tree.ts";
import type { PlainWrite } from "./plain-write.ts";
import type { Restore } from "../proof/timeline.ts";

/** A database under test, which has a witness of the check in it. */
export interface Target {
  /** The value of the option `database`. */
  readonly url: string;
  /** True if operations may fail because the database is away for a while (`disturb`). */
  readonly mayFail: boolean;
  /**
   * Makes a transaction of plain SQL that bypasses every cache. Throws a `TakenBack` if it was not
   * meant to commit, or could not.
   */
  writePlainly(write: PlainWrite): Promise<{ readonly revision: number; readonly changed: number }>;
  /** Does to the database one of the things that may happen to it. Resolves when this is over. */
  disturb(): Promise<void>;
  /** The states that were put back so far, in order. */
  readonly restores: readonly Restore[];
  /** Keeps the current state, to be put back later. */
  keepCopy(): Promise<void>;
  /**
   * Puts the kept state back. It may then write beyond the former revision, so that nobody sees a
   * lower revision.
   */
  putBack(random: Random): Promise<void>;
  /** What the witness noted, by project, history and revision. */
  history(): AsyncIterable<WitnessedChange>;
  /** The current rows of a project, in the order of paths. */
  files(project: string): Promise<readonly FileMetadata[]>;
  stop(): Promise<void>;
}
