import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import type { ReferenceDirection, ReferencesAnswer, RelatedFile } from "../../query/references/references-query.ts";
import { AnswerLines } from "../answers/answer-lines.ts";
import { readCursor } from "../answers/cursor.ts";
import { listPage } from "../answers/listed-page.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import { projectPathOf } from "../arguments/paths.ts";
import type { ToolArguments } from "../arguments/tool-arguments.ts";
import type { OpenProject } from "../projects/served-project.ts";
import { type ContextTool, CURSOR_ARGUMENT, type ToolCall } from "./context-tool.ts";

const LEAST_TOKENS = 10;
const MAX_PLACES = 8;
const MAX_DEPTH = 10;

export const refsTool: ContextTool = {
  name: "refs",
  title: "Find who refers to a document or file",
  description: [
    "Finds which files refer to a document or file: in headers, comments and links, each resolved, in any spelling (relative, with #section or §3.2).",
    "With depth, also who refers to those: everything that a change or a rename would touch. With direction out: what a file refers to.",
    "Each line is path:lines, the form, and the way for more than one step. Use it instead of grep for a file's name: grep misses relative spellings",
    "and finds other files of that name. It does not list calls of functions.",
  ].join(" "),
  arguments: {
    target: { type: "string", description: "A file, from the project's root; also docs/x.md#goal or docs/x.md §3.2.", required: true },
    direction: { type: "string", description: "in (default): who refers to it. out: what it refers to.", choices: ["in", "out"] },
    depth: { type: "integer", description: "How many steps. Default: 1.", minimum: 1, maximum: MAX_DEPTH },
    ...CURSOR_ARGUMENT,
  },
  example: { target: "README.md" },
  answer,
};

async function answer({ root, cache, cursors }: OpenProject, args: ToolArguments, { budget, signal }: ToolCall): Promise<ToolAnswer> {
  const { shown, after } = readCursor(args.text("cursor"));
  const given = args.text("target")!;
  const direction = (args.text("direction") ?? "in") as ReferenceDirection;
  const query = {
    target: given.startsWith("/") ? projectPathOf(root, given) : given.trim(),
    direction,
    depth: args.number("depth") ?? 1,
    places: true,
    cursor: after === undefined ? undefined : cursors.whole(after),
  };
  const ask = (limit: number): Promise<ReferencesAnswer> => cache.references({ ...query, limit }, { signal });
  const page = await ask(Math.ceil(budget / LEAST_TOKENS));
  const lines = new AnswerLines(budget);
  lines.head(headOf(page, direction));
  return listPage(page, lines, { shown, lineOf: (item) => lineOf(item, direction), ask, cursors });
}

function headOf({ target, section, exists, total }: ReferencesAnswer, direction: ReferenceDirection): string {
  const name = quoteName(section === undefined ? target : `${target} ${section}`);
  const missing = exists ? "" : ", which does not exist";
  return direction === "in"
    ? `${counted(total, "file")} ${total === 1 ? "refers" : "refer"} to ${name}${missing}`
    : `${name} refers to ${counted(total, "file")}${missing}`;
}

/**
 * `src/a.ts:3,18 comment (depth 2 by docs/b.md)`. With direction `out`, the line numbers are those
 * of the file that refers.
 */
function lineOf({ path, isFolder, depth, way, forms, places = [] }: RelatedFile, direction: ReferenceDirection): string {
  const lines = [...new Set(places.map(({ line }) => line))];
  const shown = `${lines.slice(0, MAX_PLACES).join(",")}${lines.length > MAX_PLACES ? ",…" : ""}`;
  const name = quoteName(isFolder === true ? `${path}/` : path);
  const sections = [...new Set(places.flatMap(({ section }) => section ?? []))].slice(0, MAX_PLACES);
  const detail = [
    forms.join(","),
    ...(sections.length === 0 ? [] : [sections.map(quoteName).join(" ")]),
    ...(direction === "out" && shown !== "" ? [`at line ${shown}`] : []),
    ...(depth > 1 ? [`depth ${depth} by ${quoteName(way.at(-2) ?? "")}`] : []),
  ];
  return `${direction === "in" && shown !== "" ? `${name}:${shown}` : name}  ${detail.join("  ")}`;
}
