import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import { AnswerLines } from "../answers/answer-lines.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import { folderPrefix } from "../arguments/paths.ts";
import type { ToolArguments } from "../arguments/tool-arguments.ts";
import { countFolders, filesIn, type ProjectPart, purposeOfPart } from "../overview/folders.ts";
import { mostReferred } from "../overview/most-referred.ts";
import type { OpenProject } from "../projects/served-project.ts";
import type { ContextTool, ToolCall } from "./context-tool.ts";

const MAX_LANGUAGES = 12;
const MAX_DOCUMENTS = 15;
/** The share of the budget that documents may take if folders could use the whole budget. */
const DOCUMENTS_SHARE = 0.3;

export const overviewTool: ContextTool = {
  name: "overview",
  title: "Show what the project consists of",
  description: [
    "The project in a few hundred to a few thousand tokens: languages, the documents that most files refer to, folders with their purpose",
    "and how many files they have, and the files at the top. With in: the same for one folder.",
    "Use it first in a project that you do not know, instead of listing folders and reading READMEs one by one.",
  ].join(" "),
  arguments: { in: { type: "string", description: "A folder, from the project's root. Default: all of the project." } },
  example: {},
  answer,
};

async function answer({ root, cache }: OpenProject, args: ToolArguments, { budget }: ToolCall): Promise<ToolAnswer> {
  const pathPrefix = folderPrefix(root, args.text("in"));
  const paths = cache.paths({ pathPrefix });
  const lines = new AnswerLines(budget);
  lines.head(`${quoteName(pathPrefix ?? root)}: ${counted(paths.length, "file")}`);
  lines.head(`languages: ${languagesOf(cache, pathPrefix)}`);
  const documents = documentLines(cache, pathPrefix, new AnswerLines(budget * DOCUMENTS_SHARE));
  lines.addAll(documents);
  const prefix = pathPrefix ?? "";
  lines.head("folders and files:");
  const parts = [...countFolders(paths, prefix), ...filesIn(paths, prefix)];
  const { shown, named } = await addParts(cache, parts, lines);
  return { lines: lines.lines, revision: cache.revision, paths: named, left: parts.length - shown };
}

function languagesOf(cache: MetadataCache, pathPrefix: string | undefined): string {
  const counts = cache
    .terms("language")
    .map(({ term, count }) => ({ term, count: pathPrefix === undefined ? count : cache.count({ language: term, pathPrefix }) }))
    .filter(({ count }) => count > 0)
    .sort((one, other) => other.count - one.count);
  const shown = counts.slice(0, MAX_LANGUAGES).map(({ term, count }) => `${quoteName(term)} ${count}`);
  return counts.length > shown.length ? `${shown.join(", ")} and ${counts.length - shown.length} more` : shown.join(", ");
}

function documentLines(cache: MetadataCache, pathPrefix: string | undefined, lines: AnswerLines): readonly string[] {
  const documents = mostReferred(cache, pathPrefix, MAX_DOCUMENTS);
  if (documents.length === 0) return [];
  lines.head("most referred to:");
  for (const { path, files } of documents) if (!lines.add(`${quoteName(path)}  by ${counted(files, "file")}`)) break;
  return lines.lines;
}

/**
 * Adds a line for each part, with its purpose, until a line does not fit. Reads no records after
 * that.
 */
async function addParts(
  cache: MetadataCache,
  parts: readonly ProjectPart[],
  lines: AnswerLines,
): Promise<{ readonly shown: number; readonly named: readonly string[] }> {
  const named: string[] = [];
  let shown = 0;
  for (const part of parts) {
    const { text, from } = await purposeOfPart(cache, part);
    const count = part.files === undefined ? "" : `  ${counted(part.files, "file")}`;
    if (!lines.add(`${quoteName(part.path)}${count}${text === "" ? "" : ` — ${text}`}`)) break;
    if (from !== undefined) named.push(from);
    shown++;
  }
  return { shown, named };
}
