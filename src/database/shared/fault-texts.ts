import { DatabaseUnavailableError } from "../../base/errors.ts";
import { type Finding, finding } from "../../base/finding.ts";

/** The messages that all databases share about what is wrong. */

export const NOTHING_STORED = "nothing of this write was stored: correct the record, and write again";
export const OPEN_AGAIN = "open it again to use it";

export function closedText(location: string): string {
  return `the database ${location} is closed`;
}

export function closedInUseText(location: string): string {
  return `the database ${location} was closed while it was in use`;
}

export const CHANGES_UNNOTICED = "caches may miss changes";

/**
 * The problems that the checks of the change log look for. While the triggers are in place, none of
 * them can occur.
 */
export const CHANGE_LOG_PROBLEMS = {
  unlogged: "rows that are missing in the change log, so that no cache learns of them",
  orphaned: "changes of rows that do not exist, so that caches keep records that are gone",
  ahead: "changes with a later revision than their project has",
  forgotten: "projects whose revision is missing in their history, so that caches load everything again and again",
} as const;

/** No data is lost: a checkpoint only saves reading the rows. */
export function damagedCheckpoint(project: string, damage: string): Finding {
  const problem = `the checkpoint of the project ${JSON.stringify(project)} cannot be used, so every start reads all rows: ${damage}`;
  return finding("DATABASE_CHECKPOINT", problem, { remedy: "run `metacache index` for this project: it writes a new one" });
}

export const TABLES_MISSING = "has lost a table or a column";

/**
 * For a write that changed rows without raising the project's revision: readers would never learn
 * of it.
 */
export function uncountedError(location: string, remedy: string): DatabaseUnavailableError {
  const problem = `the database ${location} did not count its changes, so somebody must have altered its triggers`;
  return new DatabaseUnavailableError("corrupt", problem, { remedy });
}
