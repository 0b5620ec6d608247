import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import type { SymbolQuery } from "../../query/symbols/symbol-query.ts";
import { ANY_SYMBOL_KINDS, type AnySymbolKind } from "../../record/symbols.ts";
import { AnswerLines } from "../answers/answer-lines.ts";
import { readCursor } from "../answers/cursor.ts";
import { listPage } from "../answers/listed-page.ts";
import { symbolLine } from "../answers/symbol-line.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import type { ToolArguments } from "../arguments/tool-arguments.ts";
import { folderPrefix, literalPattern } from "../arguments/paths.ts";
import { type ContextTool, CURSOR_ARGUMENT, type ToolCall } from "./context-tool.ts";
import type { OpenProject } from "../projects/served-project.ts";

/** A line of a symbol rarely costs less. Do not fetch more symbols than the answer can show. */
const LEAST_TOKENS = 12;
const MAX_FILES = 20;

export const findTool: ContextTool = {
  name: "find",
  title: "Find declarations by name",
  description: [
    "Finds where functions, classes, methods, constants and other symbols are declared, by name: exact, beginning, or words of it",
    "(parse file, pFM and file_meta all find parseFileMetadata; Class.method works). Each line is path:start-end, kind, signature and purpose, the best match first.",
    "Use it instead of grep to locate a definition: it gives declarations alone, no calls or comments, and is never stale.",
    "If no symbol fits, it names files whose path has the words. Use grep for text inside bodies.",
  ].join(" "),
  arguments: {
    query: { type: "string", description: "A name, its beginning, or words of it.", required: true },
    kind: { type: "string", description: "Only symbols of this kind.", choices: ANY_SYMBOL_KINDS },
    in: { type: "string", description: "Only in this folder, from the project's root." },
    language: { type: "string", description: "Only in this language, such as typescript." },
    ...CURSOR_ARGUMENT,
  },
  example: { query: "parse" },
  answer,
};

async function answer({ root, cache, cursors }: OpenProject, args: ToolArguments, { budget, signal }: ToolCall): Promise<ToolAnswer> {
  const name = args.text("query")!.trim();
  const { shown, after } = readCursor(args.text("cursor"));
  const query: SymbolQuery = {
    name: { like: name.split(/\s+/).join("_") },
    kind: args.text("kind") as AnySymbolKind | undefined,
    language: args.text("language"),
    pathPrefix: folderPrefix(root, args.text("in")),
    cursor: after === undefined ? undefined : cursors.whole(after),
  };
  const ask = (limit: number): ReturnType<MetadataCache["symbols"]> => cache.symbols({ ...query, limit }, { signal });
  const page = await ask(Math.ceil(budget / LEAST_TOKENS));
  if (page.total === 0) return noSymbols(cache, name, query.pathPrefix, new AnswerLines(budget));
  const lines = new AnswerLines(budget);
  lines.head(`${counted(page.total, "symbol")} like ${quoteName(name)}`);
  return listPage(page, lines, { shown, lineOf: symbolLine, ask, cursors });
}

/**
 * Answers with files whose path has all words. If there are no such files, answers with the name
 * that is spelt alike.
 */
function noSymbols(cache: MetadataCache, name: string, pathPrefix: string | undefined, lines: AnswerLines): ToolAnswer {
  const [first = "", ...others] = name.split(/\s+/);
  const paths = cache
    .paths({ pathPattern: `(?i)${literalPattern(first)}`, pathPrefix })
    .filter((path) => others.every((word) => path.toLowerCase().includes(word.toLowerCase())));
  const shown = paths.slice(0, MAX_FILES);
  lines.head(`no symbol is like ${quoteName(name)}`);
  if (shown.length > 0) lines.head(`${counted(paths.length, "file")} with it in the path:`);
  for (const path of shown) lines.add(quoteName(path));
  if (shown.length === 0) {
    const alike = cache.nearestName(name);
    if (alike !== undefined) lines.add(`spelt alike: ${quoteName(alike)}`);
  }
  return { lines: lines.lines, revision: cache.revision, paths: shown, left: paths.length - shown.length };
}
