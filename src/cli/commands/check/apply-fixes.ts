import { lstatSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf } from "../../../base/errors.ts";
import type { CheckFinding } from "../../../check/finding.ts";
import { exactText, isSame } from "../../../check/fixing/exact-text.ts";
import { type FixableFinding, mendText } from "../../../check/fixing/mend-text.ts";
import { replaceFile } from "../../../files/replace-file.ts";
import { readBytes } from "../../../check/run/source-lines.ts";

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
 * Mends what has one right answer. Leaves alone a file that has changed since it was looked at, one
 * in an encoding that cannot be written back, and one behind a link, which could lie outside of the
 * project. With `dryRun`, nothing is written.
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
    if (!stats.isFile()) return left("it is no regular file");
    if (!isWithoutLinks(root, path)) return left("a folder on the way to it is a symbolic link");
    const bytes = readBytes(file);
    const exact = bytes === undefined ? undefined : exactText(bytes);
    if (bytes === undefined || exact === undefined) return left("its encoding cannot be written back byte for byte");
    const { text, mended, missed } = mendText(exact.text, findings);
    const isStill = (): boolean => isSame(readBytes(file) ?? new Uint8Array(), bytes) && isWithoutLinks(root, path);
    if (mended.length > 0 && !dryRun && !replaceFile(file, exact.encode(text), { stats, isStill }))
      return left("the file has changed meanwhile");
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

/** Whether no folder on the way to the file is a link, which could lead out of the project. */
function isWithoutLinks(root: string, path: string): boolean {
  return realpathSync(dirname(join(root, path))) === join(realpathSync(root), dirname(path));
}
