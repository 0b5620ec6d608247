import type { Clock } from "../../../base/clock.ts";
import { join } from "node:path";
import { BASELINE_FILE } from "../../../check/baseline.ts";
import type { CheckedTree } from "../../../check/checked-tree.ts";
import type { CheckConfig } from "../../../config/check-config.ts";
import { resolveConfig } from "../../../config/config-sources.ts";
import { PROJECT_FILE_NAME } from "../../../config/project-file.ts";
import type { GitSettings } from "../../../extraction/tree/run-git.ts";
import { indexFileOf, requireRepository } from "../../../check/run/git/entries.ts";
import { MetacacheError } from "../../../base/errors.ts";
import type { CheckFinding } from "../../../check/finding.ts";
import { wholeNumber } from "../../answers/paging.ts";
import type { CommandDefinition } from "../../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../../session.ts";
import { type AppliedFix, applyFixes } from "./apply-fixes.ts";
import { closingLine } from "../../../check/run/closing-line.ts";
import { type Comparison, readChangeSince, readStaged, type RepositoryChange } from "../../../check/run/git/change.ts";
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
    [
      "--write-baseline",
      "write the findings to .metacache-baseline.json; if the file exists, only remove entries that are no longer found",
    ],
    ["--accept-new", "add new findings to the baseline"],
    ["--prune", "remove entries that are no longer found from the baseline"],
    ["--at-least <n>", "fail if fewer than n references are checked: otherwise, a check that finds no references would always pass"],
  ],
  notes: `--format can also be ${REPORT_FORMATS.join(", ")}.\nExit codes: 0 no errors (warnings are allowed), 1 errors found, 2 not checked.`,
  run,
};

async function run(options: CheckCommandOptions): Promise<ExitCode> {
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
  const change = await changeOf(root, options, session.clock, staged);
  const checked = await runCheck({
    ...{ root, tree, records, lines, change, config, clock, staged },
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

function refuseContradictions({ since, staged, fix, dryRun, json, format }: CheckCommandOptions): void {
  if (since !== undefined && staged === true) throw contradiction("--since and --staged contradict each other", "give one of them");
  if (json === true && isReportFormat(format))
    throw contradiction(`--json and --format ${format} contradict each other`, "give one of them");
  if (format !== undefined && !isFormat(format) && !isReportFormat(format))
    throw new MetacacheError(
      "E_CONFIG",
      `--format must be one of ${[...FORMATS, ...REPORT_FORMATS].join(", ")}, not ${JSON.stringify(format)}`,
    );
  if (dryRun === true && fix !== true) throw contradiction("--dry-run is given without --fix", "add --fix, or remove --dry-run");
}

function contradiction(problem: string, remedy: string): MetacacheError {
  return new MetacacheError("E_CONFIG", problem, { remedy });
}

async function changeOf(
  root: string,
  { since }: CheckCommandOptions,
  clock: Clock,
  staged: GitSettings | undefined,
): Promise<RepositoryChange | undefined> {
  if (staged !== undefined) return readStaged(root, staged);
  return since === undefined ? undefined : readChangeSince(root, since, clock);
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
  const { counts, findings, ignored } = result;
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
      findings,
      fixes: applied,
      elapsedMs: Math.round(session.elapsedMs()),
    },
    "findings",
  );
  printFindings(output, place, findings, lines);
  output.line(closingLine(result, compared));
}
