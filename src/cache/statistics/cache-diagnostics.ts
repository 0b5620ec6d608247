import { channel } from "node:diagnostics_channel";
import { isMetacacheError } from "../../base/errors.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SyncReport } from "../../sync/database-synchronizer.ts";

// Only loads and syncs are published. A program cannot see them, because many calls share one, or
// no call asked for it. An update is not published: the program called it, and knows how long it
// took and what it returned. Evictions are not published either: a thousand may happen at once,
// inside synchronous code. `getStats().departures` counts them.

/**
 * The fields of both messages. Messages are frozen, and contain nothing of a record but its path.
 */
export interface DiagnosticsMessage {
  /** The name of the project in the database. */
  readonly project: string;
  /** Microseconds, with a fraction. */
  readonly durationUs: number;
  /**
   * The reason of a failure: the `code` of metacache's error, or the name of any other error.
   * `undefined` for a success.
   */
  readonly errorCode: string | undefined;
}

/** On the channel `metacache:load`: a read of the database for absent records has ended. */
export interface LoadMessage extends DiagnosticsMessage {
  /**
   * The paths that were read: one path, the paths of a page, or those of many callers who waited at
   * the same time.
   */
  readonly paths: readonly ProjectPath[];
  /** How many rows were found. `undefined` if the read failed, which is not the same as 0. */
  readonly rows: number | undefined;
}

/**
 * On the channel `metacache:sync`: a sync with the database has ended. Anything may have started
 * it.
 */
export interface SyncMessage extends DiagnosticsMessage {
  /** `undefined` if the sync failed. */
  readonly report: SyncReport | undefined;
}

const LOADS = channel("metacache:load");
const SYNCS = channel("metacache:sync");

/**
 * Publishes to the subscribers of `metacache:load`, before it returns. Costs one comparison if
 * there are no subscribers. Never throws: Node catches the errors of subscribers, calls the other
 * subscribers, and throws the errors again on the next tick, as uncaught exceptions.
 */
export function publishLoad(
  project: string,
  durationUs: number,
  paths: readonly ProjectPath[],
  rows: number | undefined,
  error?: unknown,
): void {
  if (!LOADS.hasSubscribers) return;
  const errorCode = rows === undefined ? errorCodeOf(error) : undefined;
  const message: LoadMessage = { project, durationUs, errorCode, paths: Object.freeze([...paths]), rows };
  LOADS.publish(Object.freeze(message));
}

/** Does the same on `metacache:sync`. Publishes the report as it is: it is frozen. */
export function publishSync(project: string, durationUs: number, report: SyncReport | undefined, error?: unknown): void {
  if (!SYNCS.hasSubscribers) return;
  const errorCode = report === undefined ? errorCodeOf(error) : undefined;
  const message: SyncMessage = { project, durationUs, errorCode, report };
  SYNCS.publish(Object.freeze(message));
}

function errorCodeOf(error: unknown): string {
  if (isMetacacheError(error)) return error.code;
  return error instanceof Error ? error.name : "unknown";
}
