import type { CheckedRecord } from "../checked-tree.ts";
import type { CheckFinding } from "../finding.ts";
import { type CheckConfig, DEFAULT_CHECK_IGNORE } from "../../config/check-config.ts";
import { PROJECT_FILE_NAME } from "../../config/project-file.ts";
import { IgnoreRules } from "../../extraction/tree/ignore-rules.ts";
import type { SourceLines } from "./source-lines.ts";

export interface Kept {
  /** The files whose references are checked. */
  readonly records: readonly CheckedRecord[];
  /** Patterns of the project that leave out no file. */
  readonly findings: readonly CheckFinding[];
}

/**
 * Leaves out the files that match the patterns of the project, or the patterns that apply to every
 * project.
 */
export function withoutLeftOut(records: readonly CheckedRecord[], { ignore }: CheckConfig, lines: SourceLines): Kept {
  const rules = rulesOf([...DEFAULT_CHECK_IGNORE, ...ignore]);
  const unused = ignore.filter((pattern) => {
    const rule = rulesOf([pattern.replace(/^!/, "")]);
    return !records.some(({ path }) => rule.ignores(path, false));
  });
  return {
    records: records.filter(({ path }) => !rules.ignores(path, false)),
    findings: unused.map((pattern) => unusedPattern(pattern, lines)),
  };
}

function rulesOf(patterns: readonly string[]): IgnoreRules {
  return IgnoreRules.ofPatterns(patterns, "check.ignore");
}

function unusedPattern(pattern: string, lines: SourceLines): CheckFinding {
  const at = lines.of(PROJECT_FILE_NAME).findIndex((line) => line.includes(JSON.stringify(pattern)));
  return {
    code: "unused-ignore",
    severity: "warning",
    path: PROJECT_FILE_NAME,
    line: Math.max(1, at + 1),
    target: pattern,
    problem: "this pattern leaves out no file of the project",
    remedy: "remove it from check.ignore",
  };
}
