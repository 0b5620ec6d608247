import type { WriteStream } from "node:tty";
import type { Clock } from "../../base/clock.ts";

/** How far something long is. */
export interface Progress {
  readonly phase: string;
  readonly done: number;
  readonly total?: number | undefined;
}

const INTERVAL_MS = 100;

/** One line on a terminal that tells how far something long is; nothing where the stream is none. */
export function progressLine(
  stream: Pick<WriteStream, "isTTY" | "write">,
  clock: Clock,
): { show: (progress: Progress) => void; clear: () => void } {
  if (!stream.isTTY) return { show: () => {}, clear: () => {} };
  let shownAt = 0;
  return {
    show({ phase, done, total }) {
      if (clock.now() - shownAt < INTERVAL_MS) return;
      shownAt = clock.now();
      stream.write(`\r\u001b[K${phase} ${done}${total === undefined ? "" : ` of ${total}`}`);
    },
    clear: () => void stream.write("\r\u001b[K"),
  };
}
