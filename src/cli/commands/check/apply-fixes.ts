import { closeSync, fchmodSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { messageOf } from "../../../base/errors.ts";
import type { CheckFinding } from "../../../check/finding.ts";
import { exactText, isSame } from "../../../check/fixing/exact-text.ts";
import { type FixableFinding, mendText } from "../../../check/fixing/mend-text.ts";
import { readBytes } from "./source-lines.ts";

/** What came of a finding that can be mended. */
export interface AppliedFix {
  readonly finding: FixableFinding;
  /** Why it was left as it is; missing if it was mended. */
  readonly problem?: string;
}

export interface AppliedFixes {
  readonly fixes: readonly AppliedFix[];
  /** Whether a file could not be written. */
  readonly isRefused: boolean;
}

/**
 * Mends what has one right answer. A file that has changed since it was looked at, or that is in an encoding that cannot be written back, is left alone. Each file is written beside itself
 * and takes its own place only when it is whole on disk: whoever ends the program at any moment finds the old file or the new one. With `dryRun`, nothing is written.
 */
export function applyFixes(root: string, findings: readonly CheckFinding[], dryRun: boolean): AppliedFixes {
  const fixable = findings.filter((finding): finding is FixableFinding => finding.fix !== undefined);
  const fixes: AppliedFix[] = [];
  let isRefused = false;
  for (const [path, ofFile] of Map.groupBy(fixable, (finding) => finding.path)) {
    const outcome = fixFile(join(root, path), ofFile, dryRun);
    isRefused ||= outcome.isRefused;
    fixes.push(...outcome.fixes);
  }
  return { fixes, isRefused };
}

function fixFile(file: string, findings: readonly FixableFinding[], dryRun: boolean): AppliedFixes {
  const left = (problem: string, isRefused: boolean = false): AppliedFixes => ({
    fixes: findings.map((finding) => ({ finding, problem })),
    isRefused,
  });
  try {
    if (!lstatSync(file).isFile()) return left("it is no regular file");
    const bytes = readBytes(file);
    const exact = bytes === undefined ? undefined : exactText(bytes);
    if (bytes === undefined || exact === undefined) return left("its encoding cannot be written back byte for byte");
    const { text, mended, missed } = mendText(exact.text, findings);
    if (mended.length > 0 && !dryRun && !replace(file, bytes, exact.encode(text))) return left("the file has changed meanwhile");
    return {
      fixes: [
        ...mended.map((finding) => ({ finding })),
        ...missed.map((finding) => ({ finding, problem: "its place is not written so (any more)" })),
      ],
      isRefused: false,
    };
  } catch (error) {
    return left(`it cannot be written: ${messageOf(error)}`, true);
  }
}

/** Whether the file was still as it had been read, and so replaced. */
function replace(file: string, before: Uint8Array, after: Uint8Array): boolean {
  const made = join(dirname(file), `.${basename(file).slice(0, 200)}.metacache-${process.pid}`);
  try {
    const fd = openSync(made, "wx", 0o600);
    try {
      for (let written = 0; written < after.length;) written += writeSync(fd, after, written);
      fchmodSync(fd, lstatSync(file).mode & 0o7777);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    // As late as can be: somebody's editor may have saved the file.
    const now = readBytes(file);
    if (now === undefined || !isSame(now, before)) return false;
    renameSync(made, file);
    return true;
  } finally {
    rmSync(made, { force: true });
  }
}
