import type { StorePosition } from "../metadata-database.ts";

/** Where a project stands in the database, and the key of its rows there: 0, which no row has, if it is not known. */
export interface ProjectState {
  readonly id: number;
  readonly position: StorePosition;
}

/** What a scan finds when it begins. */
export interface ScanStart extends ProjectState {
  readonly continues: boolean;
  readonly total: number;
}
