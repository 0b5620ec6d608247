import type { Comparison } from "./git/change.ts";
import { counted, grouped } from "../../base/text/words.ts";
import type { CheckResult } from "./run-check.ts";

/**
 * Returns the last line. It starts with what was checked, because a check that looks at nothing
 * finds nothing.
 */
export function closingLine({ counts, findings, ignored, older = 0 }: CheckResult, compared?: Comparison): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const parts = [`checked ${counted(counts.references, "reference")} in ${counted(counts.files, "file")}, ${grouped(errors)} dangling`];
  if (warnings > 0) parts.push(counted(warnings, "warning"));
  if (older > 0) parts.push(`${grouped(older)} older`);
  if (ignored > 0) parts.push(`${ignored} ignored`);
  const line = parts.join(", ");
  return compared === undefined ? line : `${line}; compared ${compared.text}`;
}
