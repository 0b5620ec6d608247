import { citedPlacesOf, ownSectionsOf } from "../record/cited-places.ts";
import type { CheckedRecord } from "./checked-tree.ts";
import type { CheckFinding } from "./finding.ts";

export interface MarkedFile {
  readonly path: string;
  readonly findings: readonly CheckFinding[];
  readonly lines: readonly string[];
  /** The lines that have references. */
  readonly cited: ReadonlySet<number>;
}

export interface MarkedFindings {
  readonly findings: readonly CheckFinding[];
  /** How many findings the marks leave out. */
  readonly ignored: number;
}

/** Returns the lines of a file that have references or findings. */
export function citedLinesOf(record: CheckedRecord, findings: readonly CheckFinding[]): ReadonlySet<number> {
  return new Set([...citedPlacesOf(record), ...ownSectionsOf(record), ...findings].map(({ line }) => line));
}

/** This pattern is written so that its own line is not a mark. */
const MARK = /metacache-ignore(?::[ \t]*([^\n]*))?/g;

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
}

/**
 * Returns the findings of one file that its marks `metacache-ignore: reason` do not leave out. A
 * mark stands for one reference of its line: the last one before the mark, or else the first one
 * after it. A mark without a reason leaves out nothing and is a finding itself. So is a mark that
 * has nothing to leave out.
 */
export function withoutMarked({ path, findings, lines, cited }: MarkedFile): MarkedFindings {
  const left = new Set(findings);
  const objections: CheckFinding[] = [];
  for (const mark of marksIn(lines)) {
    // On other lines, the text only talks about marks.
    if (!cited.has(mark.line)) continue;
    if (mark.reason === "") {
      objections.push(objection(path, mark, "ignore-without-reason"));
      continue;
    }
    const onLine = [...left].filter(({ line }) => line === mark.line);
    const taken = onLine.findLast(({ column = 0 }) => column < mark.column) ?? onLine[0];
    if (taken !== undefined) left.delete(taken);
    else objections.push(objection(path, mark, "unused-ignore"));
  }
  return { findings: [...left, ...objections], ignored: findings.length - left.size };
}

function* marksIn(lines: readonly string[]): Generator<Mark, void, undefined> {
  for (const [at, text] of lines.entries()) {
    if (!text.includes("metacache-ignore")) continue;
    for (const match of text.matchAll(MARK)) {
      // Between backticks or quotes, the text only talks about marks.
      if (/[`'"]/.test(text.charAt(match.index - 1))) continue;
      yield { line: at + 1, column: match.index + 1, reason: withoutCommentEnd(match[1] ?? "").trim() };
    }
  }
}

/**
 * Goes backwards from the end. A pattern would try each of many such characters as the first of
 * them.
 */
function withoutCommentEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s*/>#-]/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function objection(path: string, { line, column, reason }: Mark, code: "unused-ignore" | "ignore-without-reason"): CheckFinding {
  const place = { path, line, column, target: "metacache-ignore" };
  if (code === "unused-ignore") {
    return {
      ...place,
      code,
      severity: "warning",
      problem: `nothing on this line needs to be ignored (${reason})`,
      remedy: "remove the mark",
    };
  }
  return { ...place, code, severity: "error", problem: "the mark does not say why", remedy: "write `metacache-ignore: ` and a reason" };
}
