import type { WitnessedChange } from "./history.ts";

/** A database that is put to the test, with a witness of the checker's own in it. */
export interface Target {
  /** For the option `database`. */
  readonly url: string;
  /** Whether operations may fail because the database is gone for a while (`disturb`). */
  readonly isDisturbed: boolean;
  /** A plain-SQL write past every cache: the row of a record, put or removed. */
  writePlainly(project: string, path: string, digest: string | undefined): Promise<void>;
  /** Does to the database what may happen to it; resolves when that is over. */
  disturb(): Promise<void>;
  /** What the witness noted, by project and revision. */
  history(): AsyncIterable<WitnessedChange>;
  stop(): Promise<void>;
}
