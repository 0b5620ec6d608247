import { quoteName } from "../../base/text/escape.ts";
import { citedPlacesOf } from "../../record/cited-places.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { signatureOf } from "../../record/signature.ts";
import { symbolsOf } from "../../record/symbols.ts";
import { type AnswerLines, cut } from "../answers/answer-lines.ts";
import { readCursor, writeCursor } from "../answers/cursor.ts";
import { declaration, lineRange, purpose } from "../answers/symbol-line.ts";
import type { ToolAnswer } from "../answers/tool-answer.ts";

const INTENT_CHARACTERS = 600;
const MAX_REFERENCES = 12;

interface Entry {
  readonly line: number;
  readonly text: string;
  /** The purpose of the entry. A shorter outline leaves it out. */
  readonly purpose: string;
}

/**
 * Shows what a file is for and what is in it, in the order of its lines. If not everything fits,
 * leaves out the purposes of its parts first.
 */
export function showOutline(
  record: FileMetadata,
  lines: AnswerLines,
  { cursor, revision }: { readonly cursor: string | undefined; readonly revision: number },
): ToolAnswer {
  const { shown } = readCursor(cursor);
  if (shown === 0) for (const line of headOf(record)) lines.head(line);
  else lines.head(quoteName(record.path));
  const entries = [...headingsOf(record), ...symbolEntriesOf(record)].sort((one, other) => one.line - other.line).slice(shown);
  const whole = entries.map((entry) => entry.text + entry.purpose);
  const texts = lines.hasRoomFor(whole) ? whole : entries.map(({ text }) => text);
  const stop = texts.findIndex((text) => !lines.add(text));
  const fitting = stop < 0 ? texts.length : stop;
  const left = texts.length - fitting;
  return {
    lines: lines.lines,
    revision,
    paths: [record.path],
    left,
    cursor: left > 0 && fitting > 0 ? writeCursor({ shown: shown + fitting }) : undefined,
  };
}

function headOf({ path, language, size, headerSections, references, problems }: FileMetadata): readonly string[] {
  const { intent, constraints, designPrinciples } = headerSections;
  const targets = new Set(citedPlacesOf({ headerSections, references }).map(({ target }) => target));
  const shown = [...targets].slice(0, MAX_REFERENCES).map(quoteName).join(", ");
  const more = targets.size > MAX_REFERENCES ? ` and ${targets.size - MAX_REFERENCES} more` : "";
  return [
    `${quoteName(path)}  ${language}, ${size} bytes`,
    ...labelled("purpose", intent),
    ...labelled("principles", designPrinciples.join("; ")),
    ...labelled("constraints", constraints.join("; ")),
    ...(targets.size === 0 ? [] : [`refers to: ${shown}${more}`]),
    ...(problems.length === 0 ? [] : [`not completely read: ${problems.join(", ")}`]),
  ];
}

function headingsOf({ headings }: FileMetadata): readonly Entry[] {
  return headings
    .filter(({ level }) => level > 0)
    .map(({ line, level, text }) => ({ line, text: `${line}  ${"#".repeat(level)} ${text}`, purpose: "" }));
}

function symbolEntriesOf(record: FileMetadata): readonly Entry[] {
  return symbolsOf(record).map((symbol) => {
    const { source, owner, name, kind } = symbol;
    const { start, end } = source.of.lineRange;
    const intent = source.is === "symbol" ? source.of.intent : source.of.docSections.intent;
    const signature = signatureOf(symbol, record.language);
    const listed = { line: start, endLine: end, name, kind, className: owner === "" ? undefined : owner, signature, intent };
    return { line: start, text: `${lineRange(start, end)}  ${declaration(listed)}`, purpose: purpose(intent) };
  });
}

function labelled(name: string, text: string): readonly string[] {
  return text === "" ? [] : [`${name}: ${cut(text, INTENT_CHARACTERS)}`];
}
