import { MetacacheError } from "../../base/errors.ts";
import { quoteName } from "../../base/text/escape.ts";
import { compareValues } from "../../base/text/text-order.ts";
import type { CheckFinding } from "../../check/finding.ts";
import { closingLine } from "../../check/run/closing-line.ts";
import { AnswerLines, cut } from "../answers/answer-lines.ts";
import { readCursor, writeCursor } from "../answers/cursor.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import { projectPathOf } from "../arguments/paths.ts";
import type { ToolArguments } from "../arguments/tool-arguments.ts";
import { changeOfFiles, changeSince } from "../check/asked-change.ts";
import { checkProject } from "../check/check-project.ts";
import type { CheckMemory, CheckPlace } from "../check/check-memory.ts";
import { readProjectFiles } from "../check/project-files.ts";
import type { OpenProject } from "../projects/served-project.ts";
import { type ContextTool, CURSOR_ARGUMENT, type ToolCall } from "./context-tool.ts";

/**
 * The beginning of this tool's cursors, behind the count. Cursors of other tools do not have it.
 */
const PLACE = "found";
const TARGET_CHARACTERS = 160;
const TEXT_CHARACTERS = 240;

export const checkTool: ContextTool = {
  name: "check",
  title: "Find references that your edits broke",
  description: [
    "Finds references in comments, headers and documents to files or sections that do not exist: those in the files, and those to them from anywhere.",
    "Without files: what has changed since the last check of this session, committed or not; the first time, since the last commit.",
    "Each line is path:line:column, what became of the target, and what to write instead.",
    "Use it after you moved or removed files or changed headings, and before a commit, instead of grep for old names.",
  ].join(" "),
  arguments: {
    files: { type: "strings", description: 'Files or folders; ["."] is everything. Default: what has changed.' },
    ...CURSOR_ARGUMENT,
  },
  example: {},
  answer,
};

async function answer(project: OpenProject, args: ToolArguments, { budget, signal }: ToolCall): Promise<ToolAnswer> {
  const { root, cache, store, checks, clock } = project;
  const given = args.texts("files")?.map((file) => projectPathOf(root, file));
  const cursor = args.text("cursor");
  const { shown, after = "" } = readCursor(cursor);
  const place = cursor === undefined ? undefined : placeOf(checks, after);
  const base = place === undefined ? checks.last : place.base;
  const position = await store.position();
  const files = await readProjectFiles(root, cache, { clock, signal });
  const asked = given === undefined ? await changeSince(project, base, files) : changeOfFiles(given, files);
  const { result, notes, revision } = await checkProject(project, asked, files, signal);
  const { findings } = result;
  if (given === undefined && place === undefined)
    checks.last = { position, found: new Set(findings.map(({ path }) => path)), others: files.others };
  const lines = new AnswerLines(budget);
  for (const line of [asked.title, closingLine(result), ...notes]) lines.head(line);
  const rest = place === undefined ? findings : findings.filter((finding) => inOrder(finding, place.finding) > 0);
  const stop = rest.findIndex((finding) => !lines.add(lineOf(finding)));
  const fitting = rest.slice(0, stop < 0 ? rest.length : stop);
  const next = fitting.at(-1);
  const left = rest.length - fitting.length;
  return {
    lines: lines.lines,
    revision,
    paths: [...(asked.change?.changed ?? []), ...fitting.map(({ path }) => path)],
    left,
    cursor:
      left === 0 || next === undefined
        ? undefined
        : writeCursor({ shown: shown + fitting.length, after: `${PLACE}${checks.note({ base, finding: next })}` }),
  };
}

function placeOf(checks: CheckMemory, after: string): CheckPlace {
  const place = after.startsWith(PLACE) ? checks.at(Number(after.slice(PLACE.length))) : undefined;
  if (place !== undefined) return place;
  throw new MetacacheError("E_ARGUMENT", "cursor does not come from a check of this session, or is too old", {
    remedy: "leave cursor out to begin again",
  });
}

function inOrder(one: CheckFinding, other: CheckFinding): number {
  const [a, b] = [one, other].map(({ target, section = "", code }) => `${target}${section} ${code}`) as [string, string];
  return compareValues(one.path, other.path) || one.line - other.line || (one.column ?? 0) - (other.column ?? 0) || compareValues(a, b);
}

/** `src/a.ts:3:4  moved  docs/x.md — the file has moved to docs/y.md: write docs/y.md`. */
function lineOf({ path, line, column, severity, code, target, section = "", problem, remedy }: CheckFinding): string {
  const where = `${quoteName(path)}:${line}${column === undefined ? "" : `:${column}`}`;
  const kind = severity === "warning" ? `${code} (likely)` : code;
  return `${where}  ${kind}  ${cut(target + section, TARGET_CHARACTERS)} — ${cut(problem, TEXT_CHARACTERS)}: ${cut(remedy, TEXT_CHARACTERS)}`;
}
