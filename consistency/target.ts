import type { Random } from "../testing/random.ts";
import type { FileMetadata } from "../src/record/file-metadata.ts";
import type { WitnessedChange } from "./history-tree.ts";
import type { PlainWrite } from "./plain-write.ts";
import type { Restore } from "./timeline.ts";

/** A database that is put to the test, with a witness of the checker's own in it. */
export interface Target {
  /** For the option `database`. */
  readonly url: string;
  /** Whether operations may fail because the database is gone for a while (`disturb`). */
  readonly mayFail: boolean;
  /** A transaction of plain SQL, past every cache. Throws a `TakenBack` where it was not to be, or could not be, committed. */
  writePlainly(write: PlainWrite): Promise<{ readonly revision: number; readonly changed: number }>;
  /** Does to the database one of the things that may happen to it; resolves when that is over. */
  disturb(): Promise<void>;
  /** What was put back until now, in order. */
  readonly restores: readonly Restore[];
  /** Keeps what there is now, to be put back later. */
  keepCopy(): Promise<void>;
  /** Puts back what was kept, and may write on past what was there before, so that nobody sees a lower revision. */
  putBack(random: Random): Promise<void>;
  /** What the witness noted, by project, history and revision. */
  history(): AsyncIterable<WitnessedChange>;
  /** The rows of a project as they are now, in the order of paths. */
  files(project: string): Promise<readonly FileMetadata[]>;
  stop(): Promise<void>;
}
