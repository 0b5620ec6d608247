import { MetacacheError } from "../../base/errors.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import type { ChangeBatch, StoredChange } from "../../database/metadata-database.ts";
import { AnswerLines } from "../answers/answer-lines.ts";
import { readCursor, writeCursor } from "../answers/cursor.ts";
import { purpose } from "../answers/symbol-line.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import type { ToolArguments } from "../arguments/tool-arguments.ts";
import type { OpenProject } from "../projects/served-project.ts";
import { type ContextTool, CURSOR_ARGUMENT, type ToolCall } from "./context-tool.ts";

/** If more files changed, a list does not help. */
const MAX_CHANGES = 10_000;

export const changesTool: ContextTool = {
  name: "changes",
  title: "List the files that changed since an answer",
  description: [
    "Lists the files that were added, changed or removed since a revision: the number behind @r in any earlier answer of this session.",
    "Saved files count at once, written by any program, committed or not. Without since it gives a snapshot: the present revision and what the project holds.",
    "It answers delta with the list, the newest last, or reset if the history since then is not known: then look again at the files that matter.",
    "Use it instead of git status or reading files again, to learn what others changed while you worked.",
  ].join(" "),
  arguments: {
    since: { type: "integer", description: "A revision: 1234 for @r1234.", minimum: 0 },
    ...CURSOR_ARGUMENT,
  },
  example: {},
  answer,
};

async function answer(project: OpenProject, args: ToolArguments, { budget }: ToolCall): Promise<ToolAnswer> {
  const since = args.number("since");
  const lines = new AnswerLines(budget);
  if (since === undefined) {
    if (args.text("cursor") !== undefined) {
      throw new MetacacheError("E_ARGUMENT", "cursor continues a list of changes, and since is missing", {
        remedy: "give both, or neither",
      });
    }
    return snapshot(project, lines);
  }
  const position = project.positionAt(since);
  if (position === undefined) return reset(project, lines, `no answer of this session had revision ${since}`);
  const batch = await project.store.readChanges(position, MAX_CHANGES);
  const reason = resetReason(batch);
  return reason === undefined ? delta(batch, lines, { since, cursor: args.text("cursor") }) : reset(project, lines, reason);
}

function snapshot({ cache }: OpenProject, lines: AnswerLines): ToolAnswer {
  lines.head(`snapshot: ${counted(cache.count({}), "file")} at revision ${cache.revision}`);
  for (const { term, count } of cache.terms("language")) if (!lines.add(`${quoteName(term)} ${count}`)) break;
  return { lines: lines.lines, revision: cache.revision, paths: [] };
}

function reset({ cache }: OpenProject, lines: AnswerLines, reason: string): ToolAnswer {
  lines.head(`reset: ${reason}; everything that is known from before may be wrong`);
  lines.head(`${counted(cache.count({}), "file")} at revision ${cache.revision}`);
  return { lines: lines.lines, revision: cache.revision, paths: [] };
}

function resetReason({ continues, changes }: ChangeBatch): string | undefined {
  if (!continues) return "the database was replaced, or restored from an older backup";
  return changes === undefined ? `the history since then is forgotten, or has more than ${MAX_CHANGES} files` : undefined;
}

/**
 * Lists the oldest change first. So changes that are made between two pages come at the end, and no
 * cursor skips them.
 */
function delta(
  { changes = [], position }: ChangeBatch,
  lines: AnswerLines,
  { since, cursor }: { readonly since: number; readonly cursor: string | undefined },
): ToolAnswer {
  const shown = revisionShown(cursor, since);
  const wanted = changes.filter(({ revision }) => revision > shown);
  lines.head(`delta: ${counted(changes.length, "file")} changed from revision ${since} to ${position.revision}`);
  const stop = wanted.findIndex((change) => !lines.add(lineOf(change)));
  const fitting = stop < 0 ? wanted.length : stop;
  const left = wanted.length - fitting;
  const last = wanted[fitting - 1];
  return {
    lines: lines.lines,
    revision: position.revision,
    paths: wanted.slice(0, fitting).map(({ path }) => path),
    left,
    cursor: left > 0 && last !== undefined ? writeCursor({ shown: 0, after: String(last.revision) }) : undefined,
  };
}

/**
 * Throws `E_ARGUMENT` for a cursor of another tool. Otherwise it could count as a cursor at the end
 * of this list.
 */
function revisionShown(cursor: string | undefined, since: number): number {
  if (cursor === undefined) return since;
  const { after = "" } = readCursor(cursor);
  if (/^\d+$/.test(after)) return Number(after);
  throw new MetacacheError("E_ARGUMENT", `cursor ${JSON.stringify(cursor)} does not continue the changes since revision ${since}`, {
    remedy: "leave cursor out to begin again",
  });
}

function lineOf(change: StoredChange): string {
  const path = quoteName(change.path);
  if ("deleted" in change) return `removed  ${path}`;
  if (change.record === undefined) return `stored  ${path}, whose record cannot be read`;
  return `stored  ${path}${purpose(change.record.headerSections.intent)}`;
}
