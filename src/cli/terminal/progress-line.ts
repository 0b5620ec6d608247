import type { WriteStream } from "node:tty";
import type { Clock } from "../../base/clock.ts";
import { duration, grouped } from "../../base/text/words.ts";

/** The progress of a long task. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number | undefined;
}

const INTERVAL_MS = 100;
/** The line shows the time left only after this time. Before that, the speed is not known. */
const MEASURED_MS = 1_000;

/**
 * Shows the progress of a long task on one line of a terminal, with the time left. Shows nothing if
 * the stream is not a terminal.
 */
export function progressLine(
  stream: Pick<WriteStream, "isTTY" | "write" | "columns">,
  clock: Clock,
): { show: (progress: Progress) => void; clear: () => void } {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  let shownAt = 0;
  let began = { phase: "", at: 0, done: 0 };
  return {
    show(progress) {
      const now = clock.now();
      if (progress.phase !== began.phase) began = { phase: progress.phase, at: now, done: progress.done };
      if (now - shownAt < INTERVAL_MS) return;
      shownAt = now;
      stream.write(
        `\r\u001b[K${describeProgress(progress, now - began.at, progress.done - began.done).slice(0, Math.max(1, stream.columns - 1))}`,
      );
    },
    clear() {
      if (shownAt > 0) stream.write("\r\u001b[K");
      shownAt = 0;
    },
  };
}

/** `newly` is the number of items that were done in the last `elapsedMs`. */
export function describeProgress({ phase, done, total }: Progress, elapsedMs: number, newly: number): string {
  if (total === undefined || total <= 0) return `${phase} ${grouped(done)}`;
  const percent = Math.min(100, Math.floor((done / total) * 100));
  const line = `${phase} ${grouped(done)} of ${grouped(total)} (${percent}%)`;
  if (elapsedMs < MEASURED_MS || newly <= 0 || done >= total) return line;
  return `${line}, ${duration(wholeSeconds((elapsedMs / newly) * (total - done)))} left`;
}

function wholeSeconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1_000)) * 1_000;
}
