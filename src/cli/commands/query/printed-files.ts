import type { FileMetadata, MetadataField } from "../../../record/file-metadata.ts";
import type { MetadataQuery, TermCriterion } from "../../../query/metadata-query.ts";
import { symbolsInRecord } from "../../answers/record-symbols.ts";
import { fieldText } from "../../answers/selection.ts";
import { writtenTarget } from "../../answers/shown-places.ts";
import { placeOf, printSymbolLines, type ShownSymbol } from "../../answers/symbol-lines.ts";
import type { Place } from "../../place/place.ts";
import type { Session } from "../../session.ts";
import { quoteName } from "../../../base/text/escape.ts";
import type { Text } from "../../terminal/styled-text.ts";
import { citingPlaces } from "./citing-places.ts";

type Names = Readonly<Pick<MetadataQuery, "functionName" | "className" | "referenceDoc">>;

/**
 * Returns the fields that a text answer shows of each record. They depend on the criteria of the
 * query.
 */
export function fieldsShown({ functionName, className, referenceDoc }: Names): readonly MetadataField[] {
  return [
    "path",
    "language",
    "headerSections",
    ...(referenceDoc === undefined ? [] : (["references"] as const)),
    ...(functionName === undefined ? [] : (["functions"] as const)),
    ...(className === undefined ? [] : (["classes"] as const)),
  ];
}

interface Asked {
  readonly query: MetadataQuery;
  readonly selection: readonly MetadataField[] | undefined;
}

/**
 * Prints the files of an answer. Shows the selected fields, or the functions, classes or references
 * that the query asked for, or otherwise the intent of each file.
 */
export function printFiles({ output, place }: Session, items: readonly FileMetadata[], { query, selection }: Asked): void {
  if (selection !== undefined) {
    output.table(
      items.map((item) => selection.map((field) => (field === "path" ? place.shown(item.path) : quoteName(fieldText(item[field]))))),
    );
  } else if (query.referenceDoc !== undefined && query.functionName === undefined && query.className === undefined) {
    output.table(items.flatMap((item) => referencesAsked(place, item, query.referenceDoc ?? [])));
  } else if (query.functionName !== undefined || query.className !== undefined) {
    printSymbolLines(
      output,
      place,
      items.flatMap((item) => symbolsAsked(item, query)),
    );
  } else {
    output.table(
      items.map(({ path, language, headerSections }) => [
        [{ text: place.shown(path), style: "path", link: place.link(path) }],
        [{ text: language, style: "kind" }],
        [{ text: headerSections.intent, style: "quiet" }],
      ]),
    );
  }
}

function referencesAsked(place: Place, record: FileMetadata, criterion: TermCriterion): readonly (readonly Text[])[] {
  const places = citingPlaces(record, criterion);
  if (places.length === 0) return [[[{ text: place.shown(record.path), style: "path", link: place.link(record.path) }]]];
  return places.map((cited) => [
    placeOf(place, record.path, cited.line, cited.column),
    [{ text: cited.form, style: "kind" }],
    quoteName(writtenTarget(cited)),
  ]);
}

function symbolsAsked(record: FileMetadata, { functionName, className }: MetadataQuery): readonly ShownSymbol[] {
  const { functions = [], classes = [] } = record as Partial<FileMetadata>;
  return symbolsInRecord({ ...record, functions, classes, symbols: [] }, ({ source, name }) =>
    source.is === "function" ? functionName !== undefined && isMet(functionName, name) : className !== undefined && isMet(className, name),
  );
}

function isMet(criterion: TermCriterion, name: string): boolean {
  if (typeof criterion === "string") return name === criterion;
  return "prefix" in criterion ? name.startsWith(criterion.prefix) : criterion.some((each) => isMet(each, name));
}
