import { MetacacheError } from "../base/errors.ts";
import { describe, Problems } from "../base/validation.ts";
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
 * problem found, or `E_PATH` where only the path is at fault.
 */
export function parseFileMetadata(value: unknown): FileMetadata {
  const problems = new Problems();
  const record = readRecord(problems, value);
  if (problems.found.length === 0) return record;
  const fault = typeof value === "object" && value !== null && "path" in value ? pathFault(value.path) : undefined;
  const code = fault !== undefined && problems.found.length === 1 ? "E_PATH" : "E_RECORD";
  throw new MetacacheError(code, `record ${JSON.stringify(record.path)}: ${summarize(problems.found)}`);
}

/** Enough of a long list of problems to act on: one broken producer can make thousands. */
function summarize(found: readonly string[]): string {
  const shown = found.slice(0, 20).join("; ");
  return found.length > 20 ? `${shown}; and ${found.length - 20} more` : shown;
}

function readRecord(problems: Problems, value: unknown): FileMetadata {
  const source = problems.object("", value, METADATA_FIELDS);
  const fault = pathFault(source["path"]);
  if (fault !== undefined) problems.add("path", fault);
  return Object.freeze({
    path: String(source["path"]) as ProjectPath,
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

const HEADER_KEYS = ["intent", "designPrinciples", "constraints", "referenceDocumentation", "changeHistory"];

function readHeader(problems: Problems, value: unknown): HeaderSections {
  problems.enter("headerSections");
  const source = problems.object("", value, HEADER_KEYS);
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

const REFERENCE_KEYS = ["target", "line", "kind", "note"];

function readReference(problems: Problems, value: unknown): Reference {
  const source = problems.object("", value, REFERENCE_KEYS);
  const reference: { -readonly [K in keyof Reference]: Reference[K] } = {
    target: name(problems, "target", source["target"]),
    line: problems.integer("line", source["line"], 1),
  };
  if (source["kind"] !== undefined) reference.kind = problems.oneOf("kind", source["kind"], REFERENCE_KINDS);
  if (source["note"] !== undefined) reference.note = problems.text("note", source["note"]);
  return Object.freeze(reference);
}

const CHANGE_KEYS = ["timestamp", "summary", "author", "details"];

function readChange(problems: Problems, value: unknown): ChangeHistoryEntry {
  const source = problems.object("", value, CHANGE_KEYS);
  return Object.freeze({
    timestamp: problems.text("timestamp", source["timestamp"]),
    summary: problems.text("summary", source["summary"]),
    author: problems.text("author", source["author"]),
    details: texts(problems, "details", source["details"]),
  });
}

const FUNCTION_KEYS = ["name", "className", "parameters", "lineRange", "docSections"];

function readFunction(problems: Problems, value: unknown): FunctionMetadata {
  const source = problems.object("", value, FUNCTION_KEYS);
  const parameters = texts(problems, "parameters", source["parameters"]);
  const lineRange = readLineRange(problems, source["lineRange"]);
  const docSections = readDocSections(problems, source["docSections"]);
  const ownName = name(problems, "name", source["name"]);
  if (source["className"] === undefined) return Object.freeze({ name: ownName, parameters, lineRange, docSections });
  const className = name(problems, "className", source["className"]);
  return Object.freeze({ name: ownName, className, parameters, lineRange, docSections });
}

const CLASS_KEYS = ["name", "lineRange", "docSections"];

function readClass(problems: Problems, value: unknown): ClassMetadata {
  const source = problems.object("", value, CLASS_KEYS);
  return Object.freeze({
    name: name(problems, "name", source["name"]),
    lineRange: readLineRange(problems, source["lineRange"]),
    docSections: readDocSections(problems, source["docSections"]),
  });
}

const LINE_RANGE_KEYS = ["start", "end"];

function readLineRange(problems: Problems, value: unknown): LineRange {
  problems.enter("lineRange");
  const source = problems.object("", value, LINE_RANGE_KEYS);
  const start = problems.integer("start", source["start"], 1);
  const range = Object.freeze({ start, end: problems.integer("end", source["end"], start) });
  problems.leave();
  return range;
}

const DOC_SECTION_KEYS = ["intent", "designPrinciples", "implementationDetails", "designDecisions"];

function readDocSections(problems: Problems, value: unknown): DocSections {
  problems.enter("docSections");
  const source = problems.object("", value, DOC_SECTION_KEYS);
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
  const items = source.map((item, index) => {
    problems.enter(index);
    const checked = read(problems, item);
    problems.leave();
    return checked;
  });
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
