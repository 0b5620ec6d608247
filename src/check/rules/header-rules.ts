import type { CheckFinding } from "../finding.ts";
import { ruleFinding, type RuleInput } from "./rule.ts";

/** Finds files whose tagged header lacks a section that the project requires. */
export function headerIncomplete({ records, settings }: RuleInput): readonly CheckFinding[] {
  return records.flatMap(({ path, headerSections }) => {
    const missing = settings.sections.filter((section) => headerSections[section].length === 0);
    if (missing.length === 0) return [];
    const list = missing.join(", ");
    return [
      ruleFinding("header-incomplete", settings, {
        path,
        line: 1,
        target: list,
        problem: `the header lacks ${list}`,
        remedy: "write them into the header",
      }),
    ];
  });
}

/**
 * Finds change histories whose newest entry is not the first, and entries whose time cannot be
 * read.
 */
export function changeHistoryOrder({ records, settings }: RuleInput): readonly CheckFinding[] {
  return records.flatMap(({ path, headerSections: { changeHistory } }) => {
    const findings: CheckFinding[] = [];
    for (const [at, { timestamp }] of changeHistory.entries()) {
      const before = changeHistory[at - 1]?.timestamp;
      const problem = !isTime(timestamp)
        ? `${timestamp} is not a time`
        : before !== undefined && isTime(before) && Date.parse(before) < Date.parse(timestamp)
          ? `${timestamp} is newer than ${before}, which comes before it`
          : undefined;
      if (problem === undefined) continue;
      findings.push(
        ruleFinding("change-history-order", settings, {
          path,
          line: 1,
          target: timestamp,
          problem,
          remedy: "put the newest entry first, and write its time as in 2025-04-15T09:47:05Z",
        }),
      );
    }
    return findings;
  });
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text));
}
