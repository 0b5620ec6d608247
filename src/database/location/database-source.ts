import type { MetadataDatabase } from "../metadata-database.ts";

/** A place where a database is, or may come to be: looking there creates nothing. */
export interface DatabaseSource {
  /** Fit to be shown. */
  readonly location: string;
  /** How long after another program has created the database this may be noticed. */
  readonly noticedWithinMs: number;
  /** Opens the database; `undefined` if there is none yet. Throws if the place cannot hold one, or cannot be reached. */
  open(): Promise<MetadataDatabase | undefined>;
  /** Opens the database, and creates it if there is none. */
  create(): Promise<MetadataDatabase>;
  /** Gives back what the source itself holds; the databases that it opened are closed by whoever has them. */
  close(): Promise<void>;
}
