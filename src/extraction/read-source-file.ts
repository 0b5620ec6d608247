import { hash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { ProjectPath } from "../model/project-path.ts";
import { isBinary } from "./encoding/byte-order-mark.ts";
import { codeOf, isAbsence } from "./file-errors.ts";
import { tooLarge, type FileState } from "./file-state.ts";
import type { SourceFile } from "./source-file.ts";

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
      const result = await readOnce(absolute, path, maxBytes, clock);
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
/** A pipe that takes a file's place between two looks must not block, and a link must not be followed. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

async function readOnce(absolute: string, path: ProjectPath, maxBytes: number, clock: Clock): Promise<ReadResult | "changed"> {
  const fd = openSync(absolute, OPEN_FLAGS);
  try {
    const before = fstatSync(fd);
    if (!before.isFile()) return { kind: "skipped", reason: "special" };
    if (before.size > maxBytes) return tooLarge(before.size, maxBytes);
    // The clock counts whole milliseconds: a file of this instant may seem to be up to one of them ahead.
    const age = clock.now() - before.mtimeMs;
    if (age > -1 && age < TICK_MS) await clock.sleep(TICK_MS - age);

    // Not from a pool of small buffers: the bytes live for a while, and the whole pool would with them.
    const bytes = Buffer.allocUnsafeSlow(before.size);
    const probed = readFully(fd, bytes, 0, Math.min(before.size, BINARY_PROBE_BYTES));
    if (isBinary(bytes.subarray(0, probed))) return { kind: "skipped", reason: "binary" };
    const length = readFully(fd, bytes, probed, before.size);
    // By its path, not its handle: an editor may have put a new file in its place.
    if (length !== before.size || !isSame(before, lstatSync(absolute))) return "changed";
    return { kind: "read", file: { path, bytes, modifiedAt: before.mtimeMs, digest: hash("sha256", bytes) } };
  } finally {
    closeSync(fd);
  }
}

/** Fills `bytes` from `start` up to `end`, or to the file's end; returns where it stopped. */
function readFully(fd: number, bytes: Buffer, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const bytesRead = readSync(fd, bytes, position, end - position, position);
    if (bytesRead === 0) break;
    position += bytesRead;
  }
  return position;
}

function isSame(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ino === b.ino && a.dev === b.dev;
}
