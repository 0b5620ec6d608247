import { createHash } from "node:crypto";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import { readFully, withFile } from "../../files/read-file.ts";
import type { FoundSymbol } from "../../query/symbols/symbol-query.ts";
import type { DocSections, FileMetadata } from "../../record/file-metadata.ts";
import { symbolsOf } from "../../record/symbols.ts";
import type { AnswerLines } from "../answers/answer-lines.ts";
import { readCursor, writeCursor } from "../answers/cursor.ts";
import { symbolLine } from "../answers/symbol-line.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";

/** Where a symbol stands, what its documentation says, and its source lines as they are on disk. */
export function showSymbol(
  root: string,
  symbol: FoundSymbol,
  lines: AnswerLines,
  rest: { readonly cursor: string | undefined; readonly revision: number; readonly record: FileMetadata | undefined },
): ToolAnswer {
  const { path, line, endLine } = symbol;
  const { shown } = readCursor(rest.cursor);
  lines.add(symbolLine({ ...symbol, intent: "" }));
  if (shown === 0) for (const text of documentationOf(symbol, rest.record)) lines.add(text);
  const source = sourceLines(root, path, rest.record?.digest)
    .slice(line - 1, endLine)
    .slice(shown);
  const isAdded = lines.add(`source from line ${line + shown}:`);
  const stop = isAdded ? source.findIndex((text) => !lines.add(text)) : 0;
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

/** Throws `E_SOURCE` if the file cannot be read, or is not the one that the record is of: then its lines are others. */
function sourceLines(root: string, path: string, digest: string | undefined): readonly string[] {
  const bytes = bytesOf(join(root, path), path);
  if (digest !== undefined && createHash("sha256").update(bytes).digest("hex") !== digest) {
    throw new MetacacheError("E_SOURCE", `${JSON.stringify(path)} has changed since it was indexed`, {
      remedy: "call show again with a longer waitMs, such as 5000",
    });
  }
  return bytes.toString("utf8").split(/\r\n|\n|\r/);
}

function bytesOf(file: string, path: string): Buffer {
  try {
    const found = withFile(file, lstatSync(file), ({ fd, stats }) => {
      const bytes = Buffer.alloc(stats.size);
      return bytes.subarray(0, readFully(fd, bytes, 0, bytes.length));
    });
    if (found.kind === "used") return found.value;
  } catch (error) {
    throw new MetacacheError("E_SOURCE", `${JSON.stringify(path)} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  throw new MetacacheError("E_SOURCE", `${JSON.stringify(path)} is no file that can be read`);
}
