import type { CheckFinding } from "../../../check/finding.ts";
import type { Output } from "../../terminal/output.ts";
import type { Place } from "../../place/place.ts";
import { counted } from "../../../base/text/words.ts";
import type { AppliedFix } from "./apply-fixes.ts";
import type { SourceLines } from "../../../check/run/source-lines.ts";

const MAX_SOURCE = 160;
/** More findings than a person reads. */
const MAX_SHOWN = 1_000;

/** Prints the findings for people, by file, each with its line of the file and a remedy. */
export function printFindings(output: Output, place: Place, findings: readonly CheckFinding[], lines: SourceLines): void {
  const shown = findings.slice(0, MAX_SHOWN);
  for (const [path, ofFile] of Map.groupBy(shown, (finding) => finding.path)) {
    for (const finding of ofFile) {
      const { line, column, code, severity, target, section = "", problem, remedy } = finding;
      const where = `${place.shown(path)}:${line}${column === undefined ? "" : `:${column}`}`;
      output.line([
        { text: where, style: "path", link: place.link(path, line) },
        "  ",
        { text: severity, style: "kind" },
        `  ${code}  ${target}${section}`,
      ]);
      const source = lines.line(path, line).trim();
      if (source !== "") output.line([{ text: `    ${source.slice(0, MAX_SOURCE)}`, style: "quiet" }]);
      output.line(`    ${problem}: ${remedy}`);
    }
    output.line();
  }
  if (findings.length > shown.length) output.line(`${counted(findings.length - shown.length, "more finding")}: --format json lists all.`);
}

/** Returns a text for each fix: if it was made, and if not, why. */
export function fixNotes(
  fixes: readonly AppliedFix[],
  place: Place,
  { dryRun, staged }: { readonly dryRun?: boolean; readonly staged?: boolean },
): readonly string[] {
  const then = staged === true ? " (not staged: `git add` it)" : "";
  return fixes.map(({ finding: { path, line, fix }, problem }) => {
    const where = `${place.shown(path)}:${line}`;
    const change = `${fix.from} -> ${fix.to}`;
    if (problem !== undefined) return `${where} was left as it is (${change}): ${problem}`;
    return dryRun === true ? `would fix ${where}: ${change}` : `fixed ${where}: ${change}${then}`;
  });
}
