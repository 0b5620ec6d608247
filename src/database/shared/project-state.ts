import type { StorePosition } from "../metadata-database.ts";

/**
 * The position of a project in the database, and the key of its rows. The key is 0, which no row
 * has, if the database does not have the project.
 */
export interface ProjectState {
  readonly id: number;
  readonly position: StorePosition;
}

/** What a scan reads when it begins. */
export interface ScanStart extends ProjectState {
  readonly continues: boolean;
  readonly total: number;
}
