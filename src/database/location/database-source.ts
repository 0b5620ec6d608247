import type { MetadataDatabase } from "../metadata-database.ts";

/** A place where a database is or may be created. Looking there creates nothing. */
export interface DatabaseSource {
  /** Safe to show: without a password. */
  readonly location: string;
  /** If another program creates the database, how long it may take to notice that. */
  readonly noticedWithinMs: number;
  /**
   * Opens the database. Returns `undefined` if there is none yet. Throws if the place cannot hold a
   * database or cannot be reached.
   */
  open(): Promise<MetadataDatabase | undefined>;
  /** Opens the database. Creates it if there is none. */
  create(): Promise<MetadataDatabase>;
  /**
   * Releases what the source itself holds. Does not close the databases that it opened: their users
   * close them.
   */
  close(): Promise<void>;
}
