import { randomUUID } from "node:crypto";
import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, renameSync, rmSync, type Stats, writeSync } from "node:fs";
import { dirname, join } from "node:path";

interface Replacement {
  /**
   * What the file was before. The new file gets the same permissions and, if the system allows that
   * to this user, the same owner. Missing for a new file.
   */
  readonly stats?: Stats;
  /**
   * Called when the bytes are on disk, as late as possible. If it returns false, the old file
   * stays.
   */
  readonly isStill?: () => boolean;
}

/**
 * Writes the bytes to a file beside this one, and renames that file when all bytes are on disk. If
 * the process ends at any moment, the file is the old one or the new one. Returns true if the file
 * was replaced. Throws what the system throws.
 */
export function replaceFile(file: string, bytes: Uint8Array, { stats, isStill = () => true }: Replacement = {}): boolean {
  // The name is short, so that it is possible beside a file with the longest possible name.
  const temporary = join(dirname(file), `.metacache-${randomUUID()}`);
  const fd = openSync(temporary, "wx", stats === undefined ? 0o666 : 0o600);
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
    renameSync(temporary, file);
    return true;
  } finally {
    rmSync(temporary, { force: true });
  }
}
