import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import { MetacacheError } from "../../base/errors.ts";
import { AnswerLines } from "../answers/answer-lines.ts";
import { symbolLine } from "../answers/symbol-line.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import { literalPattern, projectPathOf } from "../arguments/paths.ts";
import type { ToolArguments } from "../arguments/tool-arguments.ts";
import type { OpenProject } from "../projects/served-project.ts";
import { showOutline } from "../show/file-outline.ts";
import { showSymbol } from "../show/symbol-source.ts";
import { type ContextTool, CURSOR_ARGUMENT, type ToolCall } from "./context-tool.ts";

const MAX_ALIKE = 10;

export const showTool: ContextTool = {
  name: "show",
  title: "Show a file's outline, or one symbol's source",
  description: [
    "With path alone: the outline of a file, that is its purpose, its symbols with line ranges and signatures, or a document's headings.",
    "With symbol (and path if several symbols have the name): the documentation and source lines of that one function, class or constant.",
    "Use it instead of reading a whole file: an outline costs a tenth, and a symbol only its own lines.",
  ].join(" "),
  arguments: {
    path: { type: "string", description: "A file, from the project's root." },
    symbol: { type: "string", description: "A name, or Class.method." },
    ...CURSOR_ARGUMENT,
  },
  example: { path: "README.md" },
  answer,
};

async function answer({ root, cache }: OpenProject, args: ToolArguments, { budget, signal }: ToolCall): Promise<ToolAnswer> {
  const [given, symbol, cursor] = [args.text("path"), args.text("symbol"), args.text("cursor")];
  if (given === undefined && symbol === undefined) {
    throw new MetacacheError("E_ARGUMENT", "path and symbol are both missing", { remedy: 'give one, such as {"path": "README.md"}' });
  }
  const path = given === undefined ? undefined : projectPathOf(root, given);
  const lines = new AnswerLines(budget);
  if (symbol === undefined) {
    const record = await cache.getMetadata(path!, { signal });
    return record === undefined ? noFile(cache, path!) : showOutline(record, lines, { cursor, revision: cache.revision });
  }
  const found = await cache.symbols({ name: symbol.trim(), pathPrefix: path }, { signal });
  const items = path === undefined ? found.items : found.items.filter((item) => item.path === path);
  const [only] = items;
  if (only === undefined) return noSymbol(cache, symbol.trim(), path);
  if (items.length > 1) {
    lines.head(`${counted(items.length, "symbol")} are called ${quoteName(symbol.trim())}; give path, or Class.method:`);
    const stop = items.findIndex((item) => !lines.add(symbolLine(item)));
    const shown = stop < 0 ? items.length : stop;
    const paths = items.slice(0, shown).map((item) => item.path);
    return { lines: lines.lines, revision: found.revision, paths, left: items.length - shown };
  }
  return showSymbol(root, only, lines, { cursor, revision: found.revision, record: await cache.getMetadata(only.path, { signal }) });
}

function noFile(cache: MetadataCache, path: string): never {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const folder = cache.count({ pathPrefix: `${path}/` });
  if (folder > 0) {
    throw new MetacacheError("E_PATH", `${JSON.stringify(path)} is a folder with ${counted(folder, "file")}`, {
      remedy: `call overview with {"in": ${JSON.stringify(path)}}`,
    });
  }
  const alike = cache.paths({ pathPattern: `(?:^|/)${literalPattern(name)}$` }).slice(0, MAX_ALIKE);
  throw new MetacacheError("E_PATH", `there is no file ${JSON.stringify(path)} in the index`, {
    remedy:
      alike.length > 0 ? `files of that name: ${alike.map(quoteName).join(", ")}` : `call find with {"query": ${JSON.stringify(name)}}`,
  });
}

function noSymbol(cache: MetadataCache, symbol: string, path: string | undefined): never {
  const place = path === undefined ? "" : ` in ${path}`;
  if (path !== undefined && cache.count({ pathPrefix: path }) === 0) return noFile(cache, path);
  throw new MetacacheError("E_ARGUMENT", `no symbol is called ${JSON.stringify(symbol)}${place}`, {
    remedy: path === undefined ? `call find with {"query": ${JSON.stringify(symbol)}}` : `call show with {"path": ${JSON.stringify(path)}}`,
  });
}
