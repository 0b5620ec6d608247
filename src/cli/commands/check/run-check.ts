import { compareValues } from "../../../base/text-order.ts";
import { checkReferences } from "../../../check/check-references.ts";
import type { CheckedRecord, CheckedTree } from "../../../check/checked-tree.ts";
import type { CheckedCounts, CheckFinding, DanglingPlace } from "../../../check/finding.ts";
import { withoutMarked } from "../../../check/ignore-marks.ts";
import { findingOf } from "../../../check/remedies/remedy.ts";
import type { Session } from "../../session.ts";
import { readHistory, readIgnored } from "./git-history.ts";
import type { SourceLines } from "./source-lines.ts";

export interface CheckResult {
  readonly counts: CheckedCounts;
  /** By path, line and column. */
  readonly findings: readonly CheckFinding[];
  /** How many marks leave out. */
  readonly ignored: number;
}

/** Checks the references of these files of the tree. */
export async function runCheck(
  session: Session,
  root: string,
  { tree, records, lines }: { readonly tree: CheckedTree; readonly records: readonly CheckedRecord[]; readonly lines: SourceLines },
): Promise<CheckResult> {
  const { counts, dangling, sections } = checkReferences(records, tree);
  const ignoredByGit = await readIgnored(root, [...new Set(dangling.flatMap(({ candidates }) => candidates))], session.clock);
  const suspects = dangling.filter((each) => !each.candidates.some((path) => ignoredByGit.has(path)) && !isPinned(each, lines));
  const history = await readHistory(root, [...new Set(suspects.flatMap(({ candidates }) => candidates))], {
    clock: session.clock,
    exists: (path) => tree.exists(path),
    note: (text) => session.output.note(text),
  });
  const found = [...suspects.flatMap((each) => findingOf(each, tree, history) ?? []), ...sections];
  const marked = [...Map.groupBy(found, ({ path }) => path)].map(([path, findings]) => withoutMarked(path, findings, lines.of(path)));
  return {
    counts,
    findings: marked.flatMap(({ findings }) => findings).sort(inOrder),
    ignored: marked.reduce((sum, { ignored }) => sum + ignored, 0),
  };
}

/** `docs/x.md @ 6ee3d4a` names the file as it was in that commit. */
function isPinned({ path, place: { line, column = 1, target } }: DanglingPlace, lines: SourceLines): boolean {
  return /^[`'")\]]{0,3}\s*(?:@|at(?: commit)?)\s*`?[0-9a-f]{7,40}\b/.test(lines.line(path, line).slice(column - 1 + target.length));
}

function inOrder(one: CheckFinding, other: CheckFinding): number {
  return compareValues(one.path, other.path) || one.line - other.line || (one.column ?? 0) - (other.column ?? 0);
}
