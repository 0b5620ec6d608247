import { type FileMetadata, problemKind, REFERENCE_KINDS } from "./file-metadata.ts";
import { NO_ITEMS } from "./parse-file-metadata.ts";
import { pathFault } from "./project-path.ts";

/**
 * The quick way past the boundary, for a value that nobody else holds and whose lists and objects were parsed from JSON
 * without a `\u` escape, so that none of its strings has a lone surrogate or a NUL: checks it where it is, and freezes it,
 * in a quarter of the time that copying takes. `undefined` where anything is wrong: `parseFileMetadata` says what.
 */
export function adoptFileMetadata(value: FileMetadataCandidate): FileMetadata | undefined {
  const valid =
    pathFault(value.path) === undefined &&
    isName(value.language) &&
    !value.language.includes("\0") &&
    isPlainText(value.digest) &&
    isPlainText(value.extractorVersion) &&
    isCount(value.size, 0) &&
    typeof value.modifiedAt === "number" &&
    Number.isFinite(value.modifiedAt) &&
    !Object.is(value.modifiedAt, -0) &&
    adoptHeader(value.headerSections) &&
    adoptList(value, "functions", adoptFunction) &&
    adoptList(value, "classes", adoptClass) &&
    adoptList(value, "problems", isProblem);
  return valid ? (Object.freeze(value) as unknown as FileMetadata) : undefined;
}

/** Every field of a record, and no other. */
export type FileMetadataCandidate = Record<keyof FileMetadata, unknown>;

type Fields = Record<string, unknown>;

function adoptHeader(value: unknown): boolean {
  if (!isObject(value, 5)) return false;
  const valid =
    typeof value["intent"] === "string" &&
    adoptList(value, "designPrinciples", isText) &&
    adoptList(value, "constraints", isText) &&
    adoptList(value, "referenceDocumentation", adoptReference) &&
    adoptList(value, "changeHistory", adoptChange);
  if (valid) Object.freeze(value);
  return valid;
}

function adoptReference(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { target, line, kind, note } = value as Fields;
  const optional = (kind === undefined ? 0 : 1) + (note === undefined ? 0 : 1);
  if (!isObject(value, 2 + optional) || !isName(target) || !isCount(line, 1)) return false;
  if (kind !== undefined && !(REFERENCE_KINDS as readonly unknown[]).includes(kind)) return false;
  if (note !== undefined && typeof note !== "string") return false;
  Object.freeze(value);
  return true;
}

function adoptChange(value: unknown): boolean {
  if (!isObject(value, 4)) return false;
  const { timestamp, summary, author } = value;
  if (typeof timestamp !== "string" || typeof summary !== "string" || typeof author !== "string") return false;
  if (!adoptList(value, "details", isText)) return false;
  Object.freeze(value);
  return true;
}

function adoptFunction(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { name, className } = value as Fields;
  if (!isObject(value, className === undefined ? 4 : 5) || !isName(name)) return false;
  if (className !== undefined && !isName(className)) return false;
  if (!adoptList(value, "parameters", isText) || !adoptLineRange(value["lineRange"]) || !adoptDocSections(value["docSections"]))
    return false;
  Object.freeze(value);
  return true;
}

function adoptClass(value: unknown): boolean {
  if (!isObject(value, 3) || !isName(value["name"])) return false;
  if (!adoptLineRange(value["lineRange"]) || !adoptDocSections(value["docSections"])) return false;
  Object.freeze(value);
  return true;
}

function adoptLineRange(value: unknown): boolean {
  if (!isObject(value, 2)) return false;
  const { start, end } = value;
  if (!isCount(start, 1) || !isCount(end, start)) return false;
  Object.freeze(value);
  return true;
}

function adoptDocSections(value: unknown): boolean {
  if (!isObject(value, 4) || typeof value["intent"] !== "string") return false;
  const valid =
    adoptList(value, "designPrinciples", isText) &&
    adoptList(value, "implementationDetails", isText) &&
    adoptList(value, "designDecisions", isText);
  if (valid) Object.freeze(value);
  return valid;
}

/** An empty list is replaced by the one that all records share. */
function adoptList(owner: Fields, key: string, adopt: (item: unknown) => boolean): boolean {
  const list = owner[key];
  if (!Array.isArray(list)) return false;
  if (list.length === 0) {
    owner[key] = NO_ITEMS;
    return true;
  }
  for (const item of list as unknown[]) if (!adopt(item)) return false;
  Object.freeze(list);
  return true;
}

/** Whether it has so many fields: where all that are known are there, there is no other. */
function isObject(value: unknown, fields: number): value is Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  let count = 0;
  for (const _ in value) count++;
  return count === fields;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isPlainText(value: unknown): boolean {
  return typeof value === "string" && !value.includes("\0");
}

function isCount(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && !Object.is(value, -0);
}

function isProblem(value: unknown): boolean {
  return problemKind(value) !== undefined;
}
