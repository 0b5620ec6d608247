import { callHarmlessly } from "../../../base/call-harmlessly.ts";
import { messageOf } from "../../../base/errors.ts";
import type { SqliteFile } from "./sqlite-file.ts";

/**
 * Half of the time within which a change must be noticed. The benchmark shows what looking this
 * often costs an idle process.
 */
const POLL_MS = 50;

/**
 * Calls `onHint` within `POLL_MS` after a commit of any program. It polls: watching the write-ahead
 * log would be a few milliseconds faster, but loses the file each time the last connection closes.
 * Returns a function that stops the polling. If a look or `onHint` throws, the process and the
 * polling go on. Only closing `file` ends the polling.
 */
export function watchSqliteFile(file: SqliteFile, onHint: () => void): () => void {
  let cancel: (() => void) | undefined;
  let isStopped = false;
  let before: string | undefined;
  const look = (): void => {
    let now: string | undefined;
    try {
      now = file.changeMark();
    } catch {
      return; // The file is closed.
    }
    const hasChanged = now !== before;
    before = now;
    if (hasChanged)
      callHarmlessly(onHint, (error) =>
        file.logger.warn(`a hint about a change of ${file.file} could not be passed on: ${messageOf(error)}`),
      );
    schedule();
  };
  const schedule = (): void => {
    if (!isStopped) cancel = file.clock.schedule(POLL_MS, look);
  };
  schedule();
  return () => {
    isStopped = true;
    cancel?.();
  };
}
