import { citedPlacesOf } from "../../../record/cited-places.ts";
import type { ChangeHistoryEntry, FileMetadata, MetadataField } from "../../../record/file-metadata.ts";
import { symbolsInRecord } from "../../answers/record-symbols.ts";
import { fieldText } from "../../answers/selection.ts";
import { byLine, writtenTarget } from "../../answers/shown-places.ts";
import { ownedSignature, placeOf } from "../../answers/symbol-lines.ts";
import type { Session } from "../../session.ts";
import { quoteName } from "../../../base/text/escape.ts";
import type { Output } from "../../terminal/output.ts";
import type { Text } from "../../terminal/styled-text.ts";
import { shortened } from "../../terminal/width.ts";
import { bytes } from "../../../base/text/words.ts";

/**
 * Prints a record for people: the file and its intent, then a section for each kind of metadata.
 * Leaves out empty sections.
 */
export function printRecord(session: Session, record: FileMetadata): void {
  const { output, place } = session;
  const { headerSections: header } = record;
  output.line([
    { text: place.shown(record.path), style: "path", link: place.link(record.path) },
    `  ${record.language}, ${bytes(record.size)}`,
  ]);
  if (record.problems.length > 0) output.line(`Marked: ${record.problems.join(", ")}`);
  if (header.intent !== "") output.line([INDENT, header.intent]);
  printSection(output, "Design principles", header.designPrinciples.map(bullet));
  printSection(output, "Constraints", header.constraints.map(bullet));
  printReferences(session, record);
  printSection(output, "Changes", header.changeHistory.map(changeLine));
  printHeadings(output, record);
  printSymbols(session, record);
}

/** Prints the selected fields, one on each line. */
export function printFields({ output, place }: Session, record: FileMetadata, selection: readonly MetadataField[]): void {
  output.table(
    selection.map((field) => [
      [{ text: field, style: "kind" }],
      field === "path" ? place.shown(record.path) : quoteName(fieldText(record[field])),
    ]),
  );
}

const INDENT = "    ";

function printSection(output: Output, title: string, lines: readonly Text[]): void {
  if (lines.length === 0) return;
  output.line([{ text: title, style: "heading" }]);
  for (const line of lines) output.line([INDENT, ...(typeof line === "string" ? [line] : line)]);
}

function bullet(text: string): Text {
  return `- ${text}`;
}

function changeLine({ timestamp, summary, author, details }: ChangeHistoryEntry): Text {
  return [
    { text: timestamp, style: "quiet" },
    `  ${summary}${author === "" ? "" : ` (${author})`}${details.map((detail) => ` - ${detail}`).join("")}`,
  ];
}

function printReferences({ output, place }: Session, record: FileMetadata): void {
  const notes = new Map(record.headerSections.referenceDocumentation.map(({ line, note }) => [line, note]));
  const cited = byLine(citedPlacesOf(record));
  if (cited.length === 0) return;
  output.line([{ text: "Refers to", style: "heading" }]);
  output.table(
    cited.map((each) => [
      [INDENT, ...placeOf(place, record.path, each.line, each.column)],
      quoteName(writtenTarget(each)),
      [{ text: [each.form, (each.form === "header" && notes.get(each.line)) || []].flat().join(": "), style: "quiet" }],
    ]),
  );
}

function printHeadings(output: Output, { headings }: FileMetadata): void {
  printSection(
    output,
    "Headings",
    headings.map(({ text, slug, level, line }) => [
      `${"  ".repeat(Math.max(0, level - 1))}${text}  `,
      { text: `#${slug} line ${line}`, style: "quiet" },
    ]),
  );
}

function printSymbols({ output, place }: Session, record: FileMetadata): void {
  const symbols = symbolsInRecord(record);
  if (symbols.length === 0) return;
  output.line([{ text: "Symbols", style: "heading" }]);
  const ranges = symbols.map(({ line, endLine }) => (line === endLine ? String(line) : `${line}-${endLine}`));
  const lineColumns = Math.max(...ranges.map((range) => range.length));
  const kindColumns = Math.max(...symbols.map(({ kind }) => kind.length));
  const start = INDENT.length + lineColumns + 2;
  for (const [at, symbol] of symbols.entries()) {
    const { line, kind, intent } = symbol;
    const range = (ranges[at] ?? "").padStart(lineColumns);
    const shown = shortened(quoteName(ownedSignature(symbol)), Math.max(MIN_COLUMNS, output.columns - start - kindColumns - 2));
    output.line([
      INDENT,
      { text: range, style: "place", link: place.link(record.path, line) },
      "  ",
      { text: kind.padEnd(kindColumns), style: "kind" },
      `  ${shown}`,
    ]);
    if (intent !== "")
      output.line([" ".repeat(start), { text: shortened(intent, Math.max(MIN_COLUMNS, output.columns - start)), style: "quiet" }]);
  }
}

const MIN_COLUMNS = 8;
