import { DatabaseUnavailableError } from "../../base/errors.ts";
import { type Finding, finding } from "../../base/finding.ts";

/** What every database says alike about what went wrong. */

export const NOTHING_STORED = "nothing of this write was stored: mend the record, and write again";
export const OPEN_AGAIN = "open it again to use it";

export function closedText(location: string): string {
  return `the database ${location} is closed`;
}

export function closedInUseText(location: string): string {
  return `the database ${location} was closed while it was in use`;
}

export const CHANGES_UNNOTICED = "changes may go unnoticed";

/** What the checks of the change log look for. None can be as long as nobody takes the triggers away. */
export const CHANGE_LOG_FAULTS = {
  unlogged: "rows that the change log does not know, so that no cache hears of them",
  orphaned: "changes of rows that do not exist, so that caches hold what is gone",
  ahead: "changes beyond the revision of their project",
  forgotten: "projects whose history does not know their revision, so that caches load everything again and again",
} as const;

/** Nothing is lost: a checkpoint only saves reading the rows. */
export function damagedCheckpoint(project: string, damage: string): Finding {
  const problem = `the checkpoint of the project ${JSON.stringify(project)} is of no use, so that every start reads all rows: ${damage}`;
  return finding("DATABASE_CHECKPOINT", problem, { remedy: "run `metacache index` for this project, which writes a new one" });
}

export const TABLES_MISSING = "has not the tables that it should";

/** A write changed rows, and the project's revision did not grow with them: readers would never hear of it. */
export function uncountedError(location: string, remedy: string): DatabaseUnavailableError {
  const problem = `the database ${location} did not count its changes, its triggers must have been altered`;
  return new DatabaseUnavailableError("corrupt", problem, { remedy });
}
