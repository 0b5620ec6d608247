import { MetacacheError } from "../base/errors.ts";
import { Problems } from "../base/validation.ts";
import {
  EXTRACTION_PROBLEMS,
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

const RECORD_KEYS = [
  "path",
  "language",
  "headerSections",
  "functions",
  "classes",
  "size",
  "modifiedAt",
  "digest",
  "extractorVersion",
  "problems",
] as const satisfies readonly (keyof FileMetadata)[];

function readRecord(problems: Problems, value: unknown): FileMetadata {
  const source = problems.object("", value, RECORD_KEYS);
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

function readHeader(problems: Problems, value: unknown): HeaderSections {
  const at = "headerSections";
  const source = problems.object(at, value, ["intent", "designPrinciples", "constraints", "referenceDocumentation", "changeHistory"]);
  return Object.freeze({
    intent: problems.text(`${at}.intent`, source["intent"]),
    designPrinciples: texts(problems, `${at}.designPrinciples`, source["designPrinciples"]),
    constraints: texts(problems, `${at}.constraints`, source["constraints"]),
    referenceDocumentation: list(problems, `${at}.referenceDocumentation`, source["referenceDocumentation"], readReference),
    changeHistory: list(problems, `${at}.changeHistory`, source["changeHistory"], readChange),
  });
}

function readReference(problems: Problems, at: string, value: unknown): Reference {
  const source = problems.object(at, value, ["target", "line", "kind", "note"]);
  return Object.freeze({
    target: name(problems, `${at}.target`, source["target"]),
    line: problems.integer(`${at}.line`, source["line"], 1),
    ...(source["kind"] !== undefined && { kind: problems.oneOf(`${at}.kind`, source["kind"], REFERENCE_KINDS) }),
    ...(source["note"] !== undefined && { note: problems.text(`${at}.note`, source["note"]) }),
  });
}

function readChange(problems: Problems, at: string, value: unknown): ChangeHistoryEntry {
  const source = problems.object(at, value, ["timestamp", "summary", "author", "details"]);
  return Object.freeze({
    timestamp: problems.text(`${at}.timestamp`, source["timestamp"]),
    summary: problems.text(`${at}.summary`, source["summary"]),
    author: problems.text(`${at}.author`, source["author"]),
    details: texts(problems, `${at}.details`, source["details"]),
  });
}

function readFunction(problems: Problems, at: string, value: unknown): FunctionMetadata {
  const source = problems.object(at, value, ["name", "className", "parameters", "lineRange", "docSections"]);
  return Object.freeze({
    name: name(problems, `${at}.name`, source["name"]),
    ...(source["className"] !== undefined && { className: name(problems, `${at}.className`, source["className"]) }),
    parameters: texts(problems, `${at}.parameters`, source["parameters"]),
    lineRange: readLineRange(problems, `${at}.lineRange`, source["lineRange"]),
    docSections: readDocSections(problems, `${at}.docSections`, source["docSections"]),
  });
}

function readClass(problems: Problems, at: string, value: unknown): ClassMetadata {
  const source = problems.object(at, value, ["name", "lineRange", "docSections"]);
  return Object.freeze({
    name: name(problems, `${at}.name`, source["name"]),
    lineRange: readLineRange(problems, `${at}.lineRange`, source["lineRange"]),
    docSections: readDocSections(problems, `${at}.docSections`, source["docSections"]),
  });
}

function readLineRange(problems: Problems, at: string, value: unknown): LineRange {
  const source = problems.object(at, value, ["start", "end"]);
  const start = problems.integer(`${at}.start`, source["start"], 1);
  return Object.freeze({ start, end: problems.integer(`${at}.end`, source["end"], start) });
}

function readDocSections(problems: Problems, at: string, value: unknown): DocSections {
  const source = problems.object(at, value, ["intent", "designPrinciples", "implementationDetails", "designDecisions"]);
  return Object.freeze({
    intent: problems.text(`${at}.intent`, source["intent"]),
    designPrinciples: texts(problems, `${at}.designPrinciples`, source["designPrinciples"]),
    implementationDetails: texts(problems, `${at}.implementationDetails`, source["implementationDetails"]),
    designDecisions: texts(problems, `${at}.designDecisions`, source["designDecisions"]),
  });
}

function readExtractionProblem(problems: Problems, at: string, value: unknown): ExtractionProblem {
  return problems.oneOf(at, value, EXTRACTION_PROBLEMS);
}

type Reader<T> = (problems: Problems, at: string, value: unknown) => T;

function list<T>(problems: Problems, at: string, value: unknown, read: Reader<T>): readonly T[] {
  return Object.freeze(problems.list(at, value).map((item, index) => read(problems, `${at}[${index}]`, item)));
}

function texts(problems: Problems, at: string, value: unknown): readonly string[] {
  return list(problems, at, value, (found, itemAt, item) => found.text(itemAt, item));
}

/** A string that an index is keyed by. */
function name(problems: Problems, at: string, value: unknown): string {
  const text = problems.text(at, value);
  if (text === "" && value === "") problems.add(at, "must not be empty");
  return text;
}

function time(problems: Problems, at: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  problems.add(at, `must be a finite number of milliseconds, not ${String(value)}`);
  return 0;
}
