import type { Clock } from "../../../base/clock.ts";
import { join } from "node:path";
import { BASELINE_FILE } from "../../../check/baseline.ts";
import type { CheckedRecord, CheckedTree } from "../../../check/checked-tree.ts";
import type { CheckConfig } from "../../../config/check-config.ts";
import { resolveConfig } from "../../../config/config-sources.ts";
import { PROJECT_FILE_NAME } from "../../../config/project-file.ts";
import type { GitSettings } from "../../../extraction/tree/run-git.ts";
import { indexFileOf, requireRepository } from "../../../check/run/git/entries.ts";
import { MetacacheError } from "../../../base/errors.ts";
import { nearest } from "../../../base/text/nearest.ts";
import type { CheckFinding } from "../../../check/finding.ts";
import { wholeNumber } from "../../answers/paging.ts";
import type { CommandDefinition } from "../../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../../session.ts";
import { type AppliedFix, applyFixes } from "./apply-fixes.ts";
import { closingLine } from "../../../check/run/closing-line.ts";
import { type Comparison, readChangeSince, readStaged, type RepositoryChange } from "../../../check/run/git/change.ts";
import { changeOfPaths, isIn, partOfChange } from "../../../check/run/part-of-change.ts";
import { type BaselineUse, useBaseline } from "./baseline-file.ts";
import { withoutLeftOut } from "../../../check/run/left-out.ts";
import { readTree } from "./read-tree.ts";
import { isReportFormat, prefixInRepository, REPORT_FORMATS, reportIn } from "./report-formats.ts";
import { type CheckResult, runCheck } from "../../../check/run/run-check.ts";
import type { SourceLines } from "../../../check/run/source-lines.ts";
import { FORMATS, isFormat } from "../../terminal/output.ts";
import { fixNotes, printFindings } from "./text-report.ts";

interface CheckCommandOptions extends CommonOptions, BaselineUse {
  readonly atLeast?: string;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly since?: string;
  readonly staged?: boolean;
  readonly new?: boolean;
}

/**
 * `metacache check`: checks that every reference in code and documents names something that exists.
 */
export const command: CommandDefinition = {
  example: "check --at-least 100",
  indexes: true,
  options: [
    ["--fix", "fix in place each finding that has exactly one right answer"],
    ["--dry-run", "with --fix: say what would be fixed, and write nothing"],
    ["--since <rev>", "report only findings that the changes since a git revision can have caused, in any file"],
    ["--staged", "report only findings that the staged changes can have caused"],
    ["--new", "with --since or --staged: leave out findings that the changed files had before"],
    [
      "--write-baseline",
      "write the findings to .metacache-baseline.json; if the file exists, only remove entries that are no longer found",
    ],
    ["--accept-new", "add new findings to the baseline"],
    ["--prune", "remove entries that are no longer found from the baseline"],
    ["--at-least <n>", "fail if fewer than n references are checked: otherwise, a check that finds no references would always pass"],
  ],
  completion: "file",
  notes: `--format can also be ${REPORT_FORMATS.join(", ")}.\nExit codes: 0 no errors (warnings are allowed), 1 errors found, 2 not checked.`,
  run,
};

async function run(options: CheckCommandOptions, _path?: string, paths: readonly string[] = []): Promise<ExitCode> {
  const floor = options.atLeast === undefined ? 0 : wholeNumber("--at-least", options.atLeast, MAX_FLOOR, 0);
  const { format } = options;
  refuseContradictions(options);
  const session = await openSession(isReportFormat(format) ? { ...options, format: "text" } : options);
  const { output } = session;
  const { clock } = session;
  const staged = options.staged === true ? await stagedSettings(session) : undefined;
  const { root, tree, lines } = await readTree(session, staged);
  const config = staged === undefined ? session.project.config.check : await stagedConfig(root, tree, lines);
  const { records, findings: unused } = withoutLeftOut(tree.records(), config, lines);
  const asked = await Promise.all(paths.map(async (path) => pathMeant(await session.place.candidates(path), tree)));
  const change = await changeOf({ root, tree, asked, clock }, options, staged);
  for (const path of asked)
    if (isLeftOut(path, tree, records)) output.note(`${session.place.shown(path)} is left out, so only references to it are checked`);
  const checked = await runCheck({
    ...{ root, tree, records, lines, change, newOnly: options.new, config, clock, staged },
    note: (text) => output.note(text),
  });
  // A change may affect only a few references. The floor then applies to all references of the
  // tree.
  const looked = change === undefined ? checked.counts.references : records.reduce((sum, each) => sum + each.references.length, 0);
  if (looked < floor) throw belowFloor(looked, floor);
  const all = change === undefined ? [...checked.findings, ...unused] : checked.findings;
  const { result: left, fixes, isRefused } = withFixes(root, { ...checked, findings: all }, options);
  const baseline = staged === undefined ? undefined : { text: await textOf(BASELINE_FILE, tree, lines) };
  const { result, notes } = useBaseline(root, left, options, change === undefined ? undefined : { baseline });
  for (const note of notes) output.note(note);
  for (const text of fixNotes(fixes, session.place, options)) output.note(text);
  if (isReportFormat(format)) {
    const prefix = await prefixInRepository(root, clock);
    const lineOf = (path: string, line: number): string => lines.line(path, line);
    output.raw(reportIn(format, { ...result, summary: closingLine(result, change?.compared), prefix, lineOf }));
  } else printResult(session, root, { result, lines, fixes, compared: change?.compared });
  if (isRefused) return 2;
  return result.findings.some(({ severity }) => severity === "error") ? 1 : 0;
}

/** Returns how to ask git about the staged files. */
async function stagedSettings({ project: { root }, clock }: Session): Promise<GitSettings> {
  const settings = { clock };
  if (root === undefined) return settings;
  await requireRepository(root, "--staged", settings);
  const indexFile = await indexFileOf(root, clock);
  return indexFile === undefined ? settings : { ...settings, indexFile };
}

/** Returns the settings of the check from the staged project file. */
async function stagedConfig(root: string, tree: CheckedTree, lines: SourceLines): Promise<CheckConfig> {
  const text = await textOf(PROJECT_FILE_NAME, tree, lines);
  return resolveConfig(text === undefined ? {} : { file: { path: join(root, PROJECT_FILE_NAME), text } }).check;
}

async function textOf(path: string, tree: CheckedTree, lines: SourceLines): Promise<string | undefined> {
  await lines.load([path]);
  return tree.has(path) ? lines.of(path).join("\n") : undefined;
}

interface FixedResult {
  /** The result without the findings that were fixed. */
  readonly result: CheckResult;
  readonly fixes: readonly AppliedFix[];
  readonly isRefused: boolean;
}

/**
 * Applies the fixes if `--fix` is given. Fixes only files of the working tree, and never changes
 * what is staged: a person must stage the fixes.
 */
function withFixes(root: string, result: CheckResult, { fix, dryRun, staged }: CheckCommandOptions): FixedResult {
  if (fix !== true) return { result, fixes: [], isRefused: false };
  const { fixes, isRefused } = applyFixes(root, result.findings, dryRun === true);
  const done = new Set<CheckFinding>(
    dryRun === true || staged === true ? [] : fixes.flatMap(({ finding, problem }) => (problem === undefined ? [finding] : [])),
  );
  return { result: { ...result, findings: result.findings.filter((finding) => !done.has(finding)) }, fixes, isRefused };
}

const MAX_FLOOR = 999_999_999;

function refuseContradictions({ since, staged, new: newOnly, fix, dryRun, json, format }: CheckCommandOptions): void {
  if (since !== undefined && staged === true) throw contradiction("--since and --staged contradict each other", "give one of them");
  if (json === true && isReportFormat(format))
    throw contradiction(`--json and --format ${format} contradict each other`, "give one of them");
  if (format !== undefined && !isFormat(format) && !isReportFormat(format))
    throw new MetacacheError(
      "E_CONFIG",
      `--format must be one of ${[...FORMATS, ...REPORT_FORMATS].join(", ")}, not ${JSON.stringify(format)}`,
    );
  if (newOnly === true && since === undefined && staged !== true)
    throw contradiction("--new is given without --since or --staged", "add one of them: --new compares with the files before a change");
  if (dryRun === true && fix !== true) throw contradiction("--dry-run is given without --fix", "add --fix, or remove --dry-run");
}

function contradiction(problem: string, remedy: string): MetacacheError {
  return new MetacacheError("E_CONFIG", problem, { remedy });
}

interface AskedPart {
  readonly root: string;
  readonly tree: CheckedTree;
  /** The paths that are given. */
  readonly asked: readonly string[];
  readonly clock: Clock;
}

/** Returns `undefined` if everything is checked. */
async function changeOf(
  { root, tree, asked, clock }: AskedPart,
  { since }: CheckCommandOptions,
  staged: GitSettings | undefined,
): Promise<RepositoryChange | undefined> {
  const change = staged !== undefined ? readStaged(root, staged) : since !== undefined ? readChangeSince(root, since, clock) : undefined;
  const whole = await change;
  for (const path of asked) if (path !== "." && !tree.exists(path) && whole?.removed.has(path) !== true) throw unknownPath(path, tree);
  if (asked.length === 0) return whole;
  return whole === undefined ? changeOfPaths(asked, tree.paths()) : partOfChange(whole, asked);
}

/** True if the settings leave out the file, or everything in the folder. */
function isLeftOut(asked: string, tree: CheckedTree, records: readonly CheckedRecord[]): boolean {
  const isAsked = ({ path }: CheckedRecord): boolean => isIn(path, asked);
  return !records.some(isAsked) && tree.records().some(isAsked);
}

/** Without an error, a path that is spelt wrong would always pass. */
function unknownPath(path: string, tree: CheckedTree): MetacacheError {
  const alike = nearest(path, tree.paths());
  return new MetacacheError("E_PATH", `the project has no file or folder ${JSON.stringify(path)}, or git ignores it`, {
    remedy: alike === undefined ? "give a path relative to the working directory or to the project's folder" : `did you mean ${alike}?`,
  });
}

/**
 * Returns the first of these paths that exists. If there is none, returns the likeliest: a file
 * that is gone.
 */
function pathMeant(candidates: readonly [string, ...string[]], tree: CheckedTree): string {
  return candidates.find((path) => path === "." || tree.exists(path)) ?? candidates[0];
}

function belowFloor(references: number, floor: number): MetacacheError {
  const problem = `only ${references} references were checked, but --at-least is ${floor}`;
  return new MetacacheError("E_SOURCE", problem, { remedy: "make sure that the right folder is checked, or lower --at-least" });
}

interface Printed {
  readonly result: CheckResult;
  readonly lines: SourceLines;
  readonly fixes: readonly AppliedFix[];
  readonly compared: Comparison | undefined;
}

function printResult(session: Session, root: string, { result, lines, fixes, compared }: Printed): void {
  const { output, place } = session;
  const { counts, findings, ignored, older } = result;
  const applied = fixes.map(({ finding: { path, line, fix }, problem }) => ({
    path,
    line,
    ...fix,
    ...(problem !== undefined && { problem }),
  }));
  output.document(
    "check",
    {
      root,
      checked: counts,
      ...(compared !== undefined && { compared }),
      ignored,
      ...(older !== undefined && { older }),
      findings,
      fixes: applied,
      elapsedMs: Math.round(session.elapsedMs()),
    },
    "findings",
  );
  printFindings(output, place, findings, lines);
  output.line(closingLine(result, compared));
}
