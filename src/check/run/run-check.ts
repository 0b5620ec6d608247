import type { Clock } from "../../base/clock.ts";
import { compareValues } from "../../base/text/text-order.ts";
import { ChangeScope } from "../change-scope.ts";
import { checkReferences } from "../check-references.ts";
import type { CheckedRecord, CheckedTree } from "../checked-tree.ts";
import { takeOne } from "../baseline.ts";
import type { CheckedCounts, CheckFinding } from "../finding.ts";
import { citedLinesOf, withoutMarked } from "../ignore-marks.ts";
import { findingOf } from "../remedies/remedy.ts";
import type { CheckConfig } from "../../config/check-config.ts";
import type { GitSettings } from "../../extraction/tree/run-git.ts";
import { DOCUMENT_LANGUAGES } from "../../record/document-languages.ts";
import type { RepositoryChange } from "./git/change.ts";
import { readHistory, readIgnored, readMarkedFiles } from "./git/history.ts";
import { countFormerFindings } from "./former-findings.ts";
import { isPinned } from "./pinned.ts";
import { runRules } from "./run-rules.ts";
import type { SourceLines } from "./source-lines.ts";

export interface CheckResult {
  readonly counts: CheckedCounts;
  /** In the order of path, line and column. */
  readonly findings: readonly CheckFinding[];
  /** How many findings the marks and the baseline leave out. */
  readonly ignored: number;
  /** How many findings the files had before the change. Only if these are left out. */
  readonly older?: number;
}

/** What to check, and how. */
export interface CheckTask {
  readonly root: string;
  readonly tree: CheckedTree;
  /** The files whose references are checked. */
  readonly records: readonly CheckedRecord[];
  readonly lines: SourceLines;
  /** Missing if everything is checked. */
  readonly change?: RepositoryChange | undefined;
  /** Leave out findings that the files had before the change. */
  readonly newOnly?: boolean | undefined;
  readonly config: CheckConfig;
  readonly clock: Clock;
  /** Called with each thing that could not be found out, and why. */
  readonly note: (text: string) => void;
  /** How long reading git's history may take, in milliseconds. Default: ten seconds. */
  readonly historyMs?: number | undefined;
  /** The settings of git to read the staged files. Missing if the working tree is checked. */
  readonly staged?: GitSettings | undefined;
}

/** Checks the references of these files of the tree. */
export async function runCheck(task: CheckTask): Promise<CheckResult> {
  const { root, tree, records, lines, change, clock, note, historyMs } = task;
  const git = task.staged ?? { clock };
  const scope = change === undefined ? undefined : new ChangeScope(change);
  // Runs in parallel with the code below.
  const marked = change === undefined ? readMarkedFiles(root, git) : change.changed;
  const { counts, dangling, sections } = checkReferences(records, tree, scope);
  await lines.load(dangling.map(({ path }) => path));
  const ignoredByGit = await readIgnored(root, [...new Set(dangling.flatMap(({ candidates }) => candidates))], git);
  const suspects = dangling.filter(
    (each) => !each.candidates.some((path) => ignoredByGit.has(path)) && !isPinned(each, (path, line) => lines.line(path, line)),
  );
  const history = await readHistory(root, [...new Set(suspects.flatMap(({ candidates }) => candidates))], {
    exists: (path) => tree.exists(path),
    note,
    limitMs: historyMs,
    git,
    isStaged: task.staged !== undefined,
  });
  const missing: CheckFinding[] = [];
  const older = scope === undefined ? [] : sections.filter(({ finding }) => !scope.hasFile(finding.path));
  await change?.load?.(older.map(({ document }) => document));
  for (const { document, finding } of sections) {
    if (scope === undefined || scope.hasFile(finding.path) || (await change?.hadSection(document, finding.section ?? "")) === true)
      missing.push(finding);
  }
  const asked = runRules(task.config, tree, records, change);
  const found = [...suspects.flatMap((each) => findingOf(each, tree, history) ?? []), ...missing, ...asked];
  const left = await withoutMarks(task, found, await marked, scope);
  if (task.newOnly !== true || change === undefined) return { counts, ...left };
  return { counts, ...left, ...(await withoutOlder(task, change, found, left.findings)) };
}

/**
 * Leaves out as many findings of each kind as their file had before the change. A finding that a
 * mark leaves out now counts as one of the older ones.
 */
async function withoutOlder(
  { tree, config }: CheckTask,
  change: RepositoryChange,
  found: readonly CheckFinding[],
  left: readonly CheckFinding[],
): Promise<Pick<CheckResult, "findings" | "older">> {
  const changed = new Set(left.map(({ path }) => path)).intersection(change.changed);
  const former = await countFormerFindings(tree, changed, change, config);
  const shown = new Set(left);
  for (const finding of found) if (!shown.has(finding)) takeOne(former, finding);
  const findings = left.filter((finding) => !takeOne(former, finding));
  return { findings, older: left.length - findings.length };
}

/**
 * Applies the marks of the files that have findings, and of the other files that may have marks:
 * the files of the change, or else the files in which git finds marks.
 */
async function withoutMarks(
  { records, lines, config }: CheckTask,
  found: readonly CheckFinding[],
  withMarks: Iterable<string>,
  scope: ChangeScope | undefined,
): Promise<Pick<CheckResult, "findings" | "ignored">> {
  const byFile = Map.groupBy(found, ({ path }) => path);
  const marked = new Set([...byFile.keys(), ...withMarks]);
  await lines.load(marked);
  const findings: CheckFinding[] = [];
  let ignored = 0;
  for (const record of records) {
    if (!marked.has(record.path) || (scope !== undefined && !byFile.has(record.path) && !scope.hasFile(record.path))) continue;
    const ofFile = byFile.get(record.path) ?? [];
    const cited = citedLinesOf(record, ofFile);
    const left = withoutMarked({ path: record.path, findings: ofFile, lines: lines.of(record.path), cited });
    // A mark which says that a document is still right is needed only by the next change.
    const isAttested = config.rules["stale-document"] !== undefined && DOCUMENT_LANGUAGES.includes(record.language);
    const isAsked = !isAttested && (scope === undefined || scope.hasFile(record.path));
    findings.push(...left.findings.filter(({ code }) => code !== "unused-ignore" || isAsked));
    ignored += left.ignored;
  }
  return { findings: findings.sort(inOrder), ignored };
}

function inOrder(one: CheckFinding, other: CheckFinding): number {
  return compareValues(one.path, other.path) || one.line - other.line || (one.column ?? 0) - (other.column ?? 0);
}
