import { MetacacheError } from "../base/errors.ts";
import { describe, Problems, readInput } from "../base/validation.ts";
import {
  METADATA_FIELDS,
  PROBLEM_KINDS,
  REFERENCE_KINDS,
  type ChangeHistoryEntry,
  type ClassMetadata,
  type DocSections,
  type ExtractionProblem,
  type FileMetadata,
  type FunctionMetadata,
  type HeaderSections,
  type LineRange,
  type Reference,
  problemKind,
} from "./file-metadata.ts";
import { pathFault, type ProjectPath } from "./project-path.ts";

/**
 * The boundary that every record passes once, wherever it comes from: checks the whole of `value`
 * and returns a deeply frozen copy that shares nothing with it. Throws `E_RECORD` with every
 * problem found, or `E_PATH` where only the path is at fault. A record that was checked before, and so is frozen, is
 * returned as it is.
 */
export function parseFileMetadata(value: unknown): FileMetadata {
  if (typeof value === "object" && value !== null && CHECKED.has(value)) return value as FileMetadata;
  return readInput("E_RECORD", "the record", () => parse(value));
}

/** The records that need no other check: deeply frozen, they stay what they were. */
const CHECKED = new WeakSet<object>();

/** For whoever has checked and frozen the whole record. */
export function markChecked(record: FileMetadata): FileMetadata {
  CHECKED.add(record);
  return record;
}

function parse(value: unknown): FileMetadata {
  const problems = new Problems();
  const source = problems.object("", value, METADATA_FIELDS);
  // Once: a getter may answer otherwise the second time.
  const path = source["path"];
  const fault = pathFault(path);
  if (fault !== undefined) problems.add("path", fault);
  const record = readRecord(problems, source, path as ProjectPath);
  if (problems.found.length === 0) return markChecked(record);
  const isPathAlone = fault !== undefined && problems.found.length === 1 && "path" in source;
  throw new MetacacheError(isPathAlone ? "E_PATH" : "E_RECORD", `record ${describe(path)}: ${problems.summary}`);
}

function readRecord(problems: Problems, source: Readonly<Record<string, unknown>>, path: ProjectPath): FileMetadata {
  return Object.freeze({
    path,
    language: name(problems, "language", source["language"]),
    headerSections: readHeader(problems, source["headerSections"]),
    functions: list(problems, "functions", source["functions"], readFunction),
    classes: list(problems, "classes", source["classes"], readClass),
    size: problems.integer("size", source["size"]),
    modifiedAt: time(problems, "modifiedAt", source["modifiedAt"]),
    digest: problems.text("digest", source["digest"]),
    extractorVersion: problems.text("extractorVersion", source["extractorVersion"]),
    problems: list(problems, "problems", source["problems"], readExtractionProblem),
  });
}

export const HEADER_FIELDS: readonly string[] = ["intent", "designPrinciples", "constraints", "referenceDocumentation", "changeHistory"];

function readHeader(problems: Problems, value: unknown): HeaderSections {
  problems.enter("headerSections");
  const source = problems.object("", value, HEADER_FIELDS);
  const header = Object.freeze({
    intent: problems.text("intent", source["intent"]),
    designPrinciples: texts(problems, "designPrinciples", source["designPrinciples"]),
    constraints: texts(problems, "constraints", source["constraints"]),
    referenceDocumentation: list(problems, "referenceDocumentation", source["referenceDocumentation"], readReference),
    changeHistory: list(problems, "changeHistory", source["changeHistory"], readChange),
  });
  problems.leave();
  return header;
}

export const REFERENCE_FIELDS: readonly string[] = ["target", "line", "kind", "note"];

function readReference(problems: Problems, value: unknown): Reference {
  const source = problems.object("", value, REFERENCE_FIELDS);
  const reference: { -readonly [K in keyof Reference]: Reference[K] } = {
    target: name(problems, "target", source["target"]),
    line: problems.integer("line", source["line"], 1),
  };
  if (source["kind"] !== undefined) reference.kind = problems.oneOf("kind", source["kind"], REFERENCE_KINDS);
  if (source["note"] !== undefined) reference.note = problems.text("note", source["note"]);
  return Object.freeze(reference);
}

export const CHANGE_FIELDS: readonly string[] = ["timestamp", "summary", "author", "details"];

function readChange(problems: Problems, value: unknown): ChangeHistoryEntry {
  const source = problems.object("", value, CHANGE_FIELDS);
  return Object.freeze({
    timestamp: problems.text("timestamp", source["timestamp"]),
    summary: problems.text("summary", source["summary"]),
    author: problems.text("author", source["author"]),
    details: texts(problems, "details", source["details"]),
  });
}

export const FUNCTION_FIELDS: readonly string[] = ["name", "className", "parameters", "lineRange", "docSections"];

function readFunction(problems: Problems, value: unknown): FunctionMetadata {
  const source = problems.object("", value, FUNCTION_FIELDS);
  const parameters = texts(problems, "parameters", source["parameters"]);
  const lineRange = readLineRange(problems, source["lineRange"]);
  const docSections = readDocSections(problems, source["docSections"]);
  const ownName = name(problems, "name", source["name"]);
  const given = source["className"];
  if (given === undefined) return Object.freeze({ name: ownName, parameters, lineRange, docSections });
  const className = name(problems, "className", given);
  return Object.freeze({ name: ownName, className, parameters, lineRange, docSections });
}

export const CLASS_FIELDS: readonly string[] = ["name", "lineRange", "docSections"];

function readClass(problems: Problems, value: unknown): ClassMetadata {
  const source = problems.object("", value, CLASS_FIELDS);
  return Object.freeze({
    name: name(problems, "name", source["name"]),
    lineRange: readLineRange(problems, source["lineRange"]),
    docSections: readDocSections(problems, source["docSections"]),
  });
}

export const LINE_RANGE_FIELDS: readonly string[] = ["start", "end"];

function readLineRange(problems: Problems, value: unknown): LineRange {
  problems.enter("lineRange");
  const source = problems.object("", value, LINE_RANGE_FIELDS);
  const start = problems.integer("start", source["start"], 1);
  const range = Object.freeze({ start, end: problems.integer("end", source["end"], start) });
  problems.leave();
  return range;
}

export const DOC_SECTION_FIELDS: readonly string[] = ["intent", "designPrinciples", "implementationDetails", "designDecisions"];

function readDocSections(problems: Problems, value: unknown): DocSections {
  problems.enter("docSections");
  const source = problems.object("", value, DOC_SECTION_FIELDS);
  const sections = Object.freeze({
    intent: problems.text("intent", source["intent"]),
    designPrinciples: texts(problems, "designPrinciples", source["designPrinciples"]),
    implementationDetails: texts(problems, "implementationDetails", source["implementationDetails"]),
    designDecisions: texts(problems, "designDecisions", source["designDecisions"]),
  });
  problems.leave();
  return sections;
}

function readExtractionProblem(problems: Problems, value: unknown): ExtractionProblem {
  if (problemKind(value) !== undefined) return value as ExtractionProblem;
  return problems.oneOf("", value, PROBLEM_KINDS);
}

function readText(problems: Problems, value: unknown): string {
  return problems.text("", value);
}

function texts(problems: Problems, key: string, value: unknown): readonly string[] {
  return list(problems, key, value, readText);
}

/** One empty list serves all: most lists of most records are empty. */
export const NO_ITEMS: readonly never[] = Object.freeze([]);

function list<T>(problems: Problems, key: string, value: unknown, read: (problems: Problems, value: unknown) => T): readonly T[] {
  const source = problems.list(key, value);
  if (source.length === 0) return NO_ITEMS;
  problems.enter(key);
  const items: T[] = [];
  for (const item of problems.items(source)) {
    problems.enter(items.length);
    items.push(read(problems, item));
    problems.leave();
  }
  problems.leave();
  return Object.freeze(items);
}

/** A string that an index is keyed by. */
function name(problems: Problems, key: string, value: unknown): string {
  const text = problems.text(key, value);
  if (value === "") problems.add(key, "must not be empty");
  return text;
}

function time(problems: Problems, key: string, value: unknown): number {
  // Adding 0 turns -0, which a database does not keep, into 0.
  if (typeof value === "number" && Number.isFinite(value)) return value + 0;
  problems.add(key, `must be a finite number of milliseconds, not ${describe(value)}`);
  return 0;
}
