import type { FoundSymbol } from "../../query/symbols/symbol-query.ts";
import type { DocSections, FileMetadata } from "../../record/file-metadata.ts";
import { symbolsOf } from "../../record/symbols.ts";
import type { AnswerLines } from "../answers/answer-lines.ts";
import { readCursor, writeCursor } from "../answers/cursor.ts";
import { symbolLine } from "../answers/symbol-line.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";
import { fileText } from "./file-text.ts";

/** Shows where a symbol is, its documentation, and its source lines from the file on disk. */
export function showSymbol(
  root: string,
  symbol: FoundSymbol,
  lines: AnswerLines,
  rest: { readonly cursor: string | undefined; readonly revision: number; readonly record: FileMetadata | undefined },
): ToolAnswer {
  const { path, line, endLine } = symbol;
  const { shown } = readCursor(rest.cursor);
  lines.head(symbolLine({ ...symbol, intent: "" }));
  if (shown === 0) for (const each of documentationOf(symbol, rest.record)) lines.head(each, 2);
  const text = fileText(root, path, rest.record?.digest);
  const source = text.split(/\r\n|\n|\r/).slice(line - 1 + shown, endLine);
  lines.head(`source from line ${line + shown}:`);
  const stop = source.findIndex((each) => !lines.add(each));
  const fitting = stop < 0 ? source.length : stop;
  const left = source.length - fitting;
  return {
    lines: lines.lines,
    revision: rest.revision,
    paths: [path],
    left,
    cursor: left > 0 && fitting > 0 ? writeCursor({ shown: shown + fitting }) : undefined,
  };
}

function documentationOf(symbol: FoundSymbol, record: FileMetadata | undefined): readonly string[] {
  const found =
    record === undefined
      ? undefined
      : symbolsOf(record).find(({ name, source }) => name === symbol.name && source.of.lineRange.start === symbol.line);
  if (found === undefined || found.source.is === "symbol") return symbol.intent === "" ? [] : [`purpose: ${symbol.intent}`];
  const { intent, designPrinciples, implementationDetails, designDecisions }: DocSections = found.source.of.docSections;
  return [
    ...(intent === "" ? [] : [`purpose: ${intent}`]),
    ...designPrinciples.map((text) => `principle: ${text}`),
    ...implementationDetails.map((text) => `detail: ${text}`),
    ...designDecisions.map((text) => `decision: ${text}`),
  ];
}
