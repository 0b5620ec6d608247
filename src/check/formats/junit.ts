import type { CheckFinding } from "../finding.ts";
import { messageOf, type Reported } from "./reported.ts";

/**
 * Returns the findings as a JUnit report: a suite for each file, and a failing case for each error.
 * A warning is a case that passes, with the warning as its output.
 */
export function junitReport({ findings, counts, summary, prefix }: Reported): string {
  const suites = [...Map.groupBy(findings, ({ path }) => path)].map(([path, ofFile]) => suiteOf(prefix + path, ofFile));
  if (suites.length === 0)
    suites.push(
      `  <testsuite name="references" tests="1" failures="0">\n    <testcase classname="metacache.check" name="${escaped(summary)}"/>\n  </testsuite>`,
    );
  const failures = failuresOf(findings);
  const tests = Math.max(1, findings.length);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="metacache check" tests="${tests}" failures="${failures}">
  <!-- ${counts.references} references in ${counts.files} files -->
${suites.join("\n")}
</testsuites>
`;
}

function failuresOf(findings: readonly CheckFinding[]): number {
  return findings.filter(({ severity }) => severity === "error").length;
}

function suiteOf(path: string, findings: readonly CheckFinding[]): string {
  const cases = findings.map((finding) => caseOf(path, finding)).join("\n");
  return `  <testsuite name="${escaped(path)}" tests="${findings.length}" failures="${failuresOf(findings)}">\n${cases}\n  </testsuite>`;
}

function caseOf(path: string, finding: CheckFinding): string {
  const { code, severity, line, column, target, section = "" } = finding;
  const place = `${path}:${line}${column === undefined ? "" : `:${column}`}`;
  const name = escaped(`${place} ${target}${section}`);
  const message = escaped(messageOf(finding));
  const content =
    severity === "error"
      ? `<failure type="${code}" message="${message}">${escaped(place)}</failure>`
      : `<system-out>${code}: ${message}</system-out>`;
  return `    <testcase classname="metacache.check.${code}" name="${name}" file="${escaped(path)}" line="${line}">${content}</testcase>`;
}

/**
 * Replaces characters that XML does not allow. Writes characters that a terminal would obey, or not
 * show, as numbers.
 */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `&#${character.codePointAt(0)};`);
}
