import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { codeOf, isAbsence, messageOf } from "../base/errors.ts";
import { digestOf } from "../files/digest.ts";
import { type OpenedFile, readFully, withFile } from "../files/read-file.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { BINARY_PROBE_BYTES, isBinary } from "./encoding/byte-order-mark.ts";
import { stateOf, tooLarge, type FileState } from "./run/file-state.ts";
import type { SourceFile } from "./tree/source-file.ts";

export type ReadResult = { readonly kind: "read"; readonly file: SourceFile } | Exclude<FileState, { kind: "file" }>;

/**
 * Reads a file so that its bytes belong to `modifiedAt`: if the size and the time are the same
 * later, the file counts as unchanged.
 *
 * Kernels take the time of a file from a clock that ticks every few milliseconds, so two writes
 * within one tick leave the same time. A file that was written a moment ago is therefore read after
 * its tick has passed. If a file changes while it is read, it is read again. After a few tries it
 * is given up as `changing`.
 *
 * Blocks while it reads, usually for tens of microseconds. Passing each call to another thread
 * costs four times as much. To read many files, use worker threads, or yield to the event loop
 * between the files.
 */
export async function readSourceFile(root: string, path: ProjectPath, maxBytes: number, clock: Clock): Promise<ReadResult> {
  const absolute = join(root, path);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      let seen = lstatSync(absolute);
      if (seen.size > maxBytes && seen.isFile()) return tooLarge(seen.size, maxBytes);
      // Waits before the file is opened. A thread that is terminated while it waits would leave an
      // open file open.
      const wait = restOfTick(seen, clock.now());
      if (wait > 0) {
        await clock.sleep(wait);
        seen = lstatSync(absolute);
      }
      const expected = seen;
      const found = withFile(absolute, expected, (file) => readOnce(file, expected, absolute, path, clock));
      const result = found.kind === "used" ? found.value : refused(found.kind);
      if (result !== "changed") return result;
    } catch (error) {
      if (isAbsence(error)) return { kind: "absent" };
      // Since it was looked at, the file has become a symbolic link, or a pipe that has lost its
      // other end.
      if (codeOf(error) === "ELOOP" || codeOf(error) === "ENXIO") continue;
      return { kind: "skipped", reason: "unreadable", detail: messageOf(error) };
    }
  }
  return { kind: "skipped", reason: "changing", detail: `changed each of the ${MAX_TRIES} times that it was read` };
}

const MAX_TRIES = 5;
/** Linux ticks every 1 to 10 ms. */
const TICK_MS = 20;

/**
 * Returns the milliseconds until the tick of the newest write has passed. The clock counts whole
 * milliseconds, so a file that was written just now may seem to be up to one millisecond ahead.
 */
function restOfTick({ mtimeMs, ctimeMs }: Stats, now: number): number {
  const rests = [mtimeMs, ctimeMs].map((time) => (now - time > -1 ? TICK_MS - (now - time) : 0));
  return Math.max(...rests);
}

function refused(kind: "database" | "in-use" | "special"): ReadResult {
  if (kind !== "in-use") return { kind: "skipped", reason: kind };
  return { kind: "skipped", reason: "unreadable", detail: "this process is writing to it, and it may be a database" };
}

function readOnce({ fd, stats }: OpenedFile, seen: Stats, absolute: string, path: ProjectPath, clock: Clock): ReadResult | "changed" {
  if (!isSame(seen, stats)) return "changed";
  const now = clock.now();
  // Does not use the pool of small buffers: the bytes live for a while, and would keep the whole
  // pool alive.
  const bytes = Buffer.allocUnsafeSlow(stats.size);
  const probed = readFully(fd, bytes, 0, Math.min(stats.size, BINARY_PROBE_BYTES));
  if (isBinary(bytes.subarray(0, probed))) return { kind: "skipped", reason: "binary" };
  const length = readFully(fd, bytes, probed, stats.size);
  // Checks the path and not the descriptor, because an editor may have put a new file in its place.
  if (length !== stats.size || !isSame(stats, lstatSync(absolute))) return "changed";
  const file: SourceFile = { path, bytes, modifiedAt: stats.mtimeMs, digest: digestOf(bytes) };
  return { kind: "read", file: isSettled(stats, now) ? { ...file, state: stateOf(stats) } : file };
}

/**
 * Returns true if every later write gives the file another change time. Some file systems count
 * this time in whole seconds, or in two seconds, and the time of a server may be ahead of this
 * clock.
 */
function isSettled({ ctimeMs }: Stats, now: number): boolean {
  return now - ctimeMs >= (ctimeMs % 1_000 === 0 ? COARSE_TICK_MS : TICK_MS - 1);
}

const COARSE_TICK_MS = 2_000;

function isSame(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino && a.dev === b.dev;
}
