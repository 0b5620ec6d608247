import { lstatSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../../../base/errors.ts";
import type { CheckFinding } from "../../../check/finding.ts";
import { exactText, isSame } from "../../../check/fixing/exact-text.ts";
import { type FixableFinding, mendText } from "../../../check/fixing/mend-text.ts";
import { replaceFile } from "../../../files/replace-file.ts";
import { readBytes } from "../../../check/run/source-lines.ts";

/** A finding that can be fixed, and if it was fixed. */
export interface AppliedFix {
  readonly finding: FixableFinding;
  /** The reason why it was not fixed. Missing if it was fixed. */
  readonly problem?: string;
}

export interface AppliedFixes {
  readonly fixes: readonly AppliedFix[];
  /** True if a file could not be written. */
  readonly isRefused: boolean;
}

/**
 * Fixes each finding that has one right answer. Does not change a file that has changed since it
 * was read, a file with an encoding that cannot be written back, or a file behind a symbolic link,
 * which could lie outside the project. With `dryRun`, writes nothing.
 */
export function applyFixes(root: string, findings: readonly CheckFinding[], dryRun: boolean): AppliedFixes {
  const fixable = findings.filter((finding): finding is FixableFinding => finding.fix !== undefined);
  const fixes: AppliedFix[] = [];
  let isRefused = false;
  for (const [path, ofFile] of Map.groupBy(fixable, (finding) => finding.path)) {
    const outcome = fixFile(root, path, ofFile, dryRun);
    isRefused ||= outcome.isRefused;
    fixes.push(...outcome.fixes);
  }
  return { fixes, isRefused };
}

function fixFile(root: string, path: string, findings: readonly FixableFinding[], dryRun: boolean): AppliedFixes {
  const file = join(root, path);
  const left = (problem: string, isRefused: boolean = false): AppliedFixes => ({
    fixes: findings.map((finding) => ({ finding, problem })),
    isRefused,
  });
  try {
    const stats = lstatSync(file);
    if (!stats.isFile()) return left("it is not a regular file");
    if (!isWithoutLinks(root, path)) return left("a folder of its path is a symbolic link");
    const bytes = readBytes(file);
    const exact = bytes === undefined ? undefined : exactText(bytes);
    if (bytes === undefined || exact === undefined) return left("its encoding cannot be written back byte for byte");
    const { text, mended, missed } = mendText(exact.text, findings);
    const isStill = (): boolean => isSame(readBytes(file) ?? new Uint8Array(), bytes) && isWithoutLinks(root, path);
    if (mended.length > 0 && !dryRun && !replaceFile(file, exact.encode(text), { stats, isStill }))
      return left("the file has changed in the meantime");
    return {
      fixes: [
        ...mended.map((finding) => ({ finding })),
        ...missed.map((finding) => ({ finding, problem: "the reference is no longer at its place" })),
      ],
      isRefused: false,
    };
  } catch (error) {
    return left(`it cannot be written: ${messageOf(error)}`, true);
  }
}

/** Tells if no folder of the path is a symbolic link, which could lead out of the project. */
function isWithoutLinks(root: string, path: string): boolean {
  return realpathSync(dirname(join(root, path))) === join(realpathSync(root), dirname(path));
}
