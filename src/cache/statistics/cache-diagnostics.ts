import { channel } from "node:diagnostics_channel";
import { isMetacacheError } from "../../base/errors.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SyncReport } from "../../sync/database-synchronizer.ts";

// What is published: the two things that a cache does behind its callers' backs, since many calls share a load or a sync, or
// none asked for it. An update is one call of the program's own, which knows how long it waited and what it got. Evictions are
// neither: they come a thousand at a time in the middle of the synchronous core; `getStats().departures` counts them.

/** What both messages have. They are frozen, and nothing of a record is in them but its path. */
export interface DiagnosticsMessage {
  /** The name that the database knows the project by. */
  readonly project: string;
  /** In microseconds, with a fraction. */
  readonly durationUs: number;
  /** Why it failed: the `code` of metacache's error, or the name of any other; `undefined` where it ended well. */
  readonly errorCode: string | undefined;
}

/** On the channel `metacache:load`: one read of the database for records that were not in memory has ended. */
export interface LoadMessage extends DiagnosticsMessage {
  /** What was read: one path, those of a page, or those of many callers who waited at the same time. */
  readonly paths: readonly ProjectPath[];
  /** How many rows there were for them; `undefined` where the read failed, which is not the same as none. */
  readonly rows: number | undefined;
}

/** On the channel `metacache:sync`: one synchronisation with the database has ended, whoever asked for it. */
export interface SyncMessage extends DiagnosticsMessage {
  /** `undefined` where it failed. */
  readonly report: SyncReport | undefined;
}

const LOADS = channel("metacache:load");
const SYNCS = channel("metacache:sync");

/**
 * Tells the subscribers of `metacache:load`, before this returns. Costs one comparison where there are none. Does not throw,
 * whatever they do: Node catches what a subscriber throws, tells the others, and throws it again on the next tick, where it
 * is an uncaught exception.
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

/** The same on `metacache:sync`. The report is handed on as it is: frozen. */
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
