import { randomUUID } from "node:crypto";
import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, type Stats, writeSync } from "node:fs";
import { dirname, join } from "node:path";

interface Replacing {
  /** What the file was: the new one has the same rights and, if the system lets this user say so, the same owner. Missing for a new file. */
  readonly stats?: Stats;
  /** Asked when the bytes are on disk, as late as can be. If it says no, the file is left as it is. */
  readonly isStill?: () => boolean;
}

/**
 * Writes these bytes beside the file, and puts them in its place only when they are whole on disk: if the process ends at any moment, the file is the old one or the new one. Returns
 * whether it was replaced. Throws what the system throws.
 */
export function replaceFile(file: string, bytes: Uint8Array, { stats, isStill = () => true }: Replacing = {}): boolean {
  // Short: a name beside the longest of names must be possible.
  const draft = join(dirname(file), `.metacache-${randomUUID()}`);
  const fd = openSync(draft, "wx", stats === undefined ? 0o666 : 0o600);
  try {
    try {
      for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
      if (stats !== undefined) {
        if (process.getuid?.() === 0) fchownSync(fd, stats.uid, stats.gid);
        fchmodSync(fd, stats.mode & 0o7777);
      }
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (!isStill()) return false;
    renameSync(draft, file);
    return true;
  } finally {
    rmSync(draft, { force: true });
  }
}
