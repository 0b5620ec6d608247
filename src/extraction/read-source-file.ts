import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { codeOf, isAbsence, messageOf } from "../base/errors.ts";
import { digestOf } from "../files/digest.ts";
import { type OpenedFile, readFully, withFile } from "../files/read-file.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { isBinary } from "./encoding/byte-order-mark.ts";
import { stateOf, tooLarge, type FileState } from "./run/file-state.ts";
import type { SourceFile } from "./tree/source-file.ts";

export type ReadResult = { readonly kind: "read"; readonly file: SourceFile } | Exclude<FileState, { kind: "file" }>;

/**
 * Reads a file such that its bytes are the ones that `modifiedAt` stands for: whoever finds the same size and time
 * later may take the file as unchanged.
 *
 * Kernels stamp files with a clock that ticks every few milliseconds, so two writes within a tick leave the same time.
 * A file that was written a moment ago is therefore read only after its tick has passed, and one that changed while
 * it was read is read again, a few times, before it is given up as `changing`.
 *
 * Blocks while it reads, as a rule for tens of microseconds: handing each call to another thread costs four times as
 * much. Many files are read by worker threads, or with turns of the event loop between them.
 */
export async function readSourceFile(root: string, path: ProjectPath, maxBytes: number, clock: Clock): Promise<ReadResult> {
  const absolute = join(root, path);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    try {
      let looked = lstatSync(absolute);
      if (looked.size > maxBytes && looked.isFile()) return tooLarge(looked.size, maxBytes);
      // Not while it is open: a thread that is ended meanwhile would leave it so.
      const wait = restOfTick(looked, clock.now());
      if (wait > 0) {
        await clock.sleep(wait);
        looked = lstatSync(absolute);
      }
      const expected = looked;
      const found = withFile(absolute, expected, (file) => readOnce(file, expected, absolute, path, clock));
      const result = found.kind === "used" ? found.value : refused(found.kind);
      if (result !== "changed") return result;
    } catch (error) {
      if (isAbsence(error)) return { kind: "absent" };
      // What became a link or lost its other end since it was looked at.
      if (codeOf(error) === "ELOOP" || codeOf(error) === "ENXIO") continue;
      return { kind: "skipped", reason: "unreadable", detail: messageOf(error) };
    }
  }
  return { kind: "skipped", reason: "changing", detail: `changed each of the ${MAX_TRIES} times that it was read` };
}

const MAX_TRIES = 5;
/** Linux ticks every 1 to 10 ms. */
const TICK_MS = 20;
/** Where git, too, looks for a NUL to tell text from binary. Whole units of every encoding. */
const BINARY_PROBE_BYTES = 8_000;

/** The clock counts whole milliseconds: a file of this instant may seem to be up to one of them ahead. */
function restOfTick({ mtimeMs, ctimeMs }: Stats, now: number): number {
  const rests = [mtimeMs, ctimeMs].map((time) => (now - time > -1 ? TICK_MS - (now - time) : 0));
  return Math.max(...rests);
}

function refused(kind: "database" | "in-use" | "special"): ReadResult {
  if (kind !== "in-use") return { kind: "skipped", reason: kind };
  return { kind: "skipped", reason: "unreadable", detail: "this process is writing to it, and it may be a database" };
}

function readOnce({ fd, stats }: OpenedFile, looked: Stats, absolute: string, path: ProjectPath, clock: Clock): ReadResult | "changed" {
  if (!isSame(looked, stats)) return "changed";
  const now = clock.now();
  // Not from a pool of small buffers: the bytes live for a while, and the whole pool would with them.
  const bytes = Buffer.allocUnsafeSlow(stats.size);
  const probed = readFully(fd, bytes, 0, Math.min(stats.size, BINARY_PROBE_BYTES));
  if (isBinary(bytes.subarray(0, probed))) return { kind: "skipped", reason: "binary" };
  const length = readFully(fd, bytes, probed, stats.size);
  // By its path, not its handle: an editor may have put a new file in its place.
  if (length !== stats.size || !isSame(stats, lstatSync(absolute))) return "changed";
  const file: SourceFile = { path, bytes, modifiedAt: stats.mtimeMs, digest: digestOf(bytes) };
  return { kind: "read", file: isSettled(stats, now) ? { ...file, state: stateOf(stats) } : file };
}

/**
 * Whether every later write gives the file another change time. That of some file systems counts in whole seconds, or in two, and that
 * of a server may be ahead of this clock.
 */
function isSettled({ ctimeMs }: Stats, now: number): boolean {
  return now - ctimeMs >= (ctimeMs % 1_000 === 0 ? COARSE_TICK_MS : TICK_MS - 1);
}

const COARSE_TICK_MS = 2_000;

function isSame(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino && a.dev === b.dev;
}
