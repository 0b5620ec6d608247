import type { Fingerprint } from "../../record/fingerprint.ts";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import { adoptOrParse } from "../../record/parsing/adopt-file-metadata.ts";
import type { FileMetadata, MetadataField } from "../../record/file-metadata.ts";
import type { KindData } from "../../record/kinds.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { METADATA_FIELDS, RECORD_FIELDS } from "../../record/shape.ts";
import { NO_ITEMS, takerOf } from "../../record/parsing/takers.ts";
import type { ScannedParts, StoredRow } from "../metadata-database.ts";

/**
 * Converts between a record and the columns of its row. Only this file and the migrations know the
 * columns. They come from the table of a record's shape, with the key `path` first. The
 * fingerprint's columns come next, so that reading them does not touch the long texts of a row.
 */
const FIELDS_IN_ROW: readonly MetadataField[] = [
  ...METADATA_FIELDS.filter((field) => RECORD_FIELDS[field].isFingerprint),
  ...METADATA_FIELDS.filter((field) => !RECORD_FIELDS[field].isFingerprint),
];
const FINGERPRINT_FIELDS = FIELDS_IN_ROW.filter((field) => RECORD_FIELDS[field].isFingerprint);

/** How a column is stored. Lists and objects are JSON. */
export type ColumnType = "integer" | "real" | "text" | "json";

/** The columns of a record, in the order of `encodeRow`. */
export const RECORD_COLUMNS: readonly string[] = FIELDS_IN_ROW.map((field) => RECORD_FIELDS[field].column);

/** What a copy of a record has of its own file; the rest is as in the other's row. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(["path", "size", "modified_at"]);
export const COPIED_COLUMNS: readonly string[] = RECORD_COLUMNS.filter((column) => !OWN_COLUMNS.has(column));
/** Rows of one path that agree in these columns differ at most in the time of the file. */
export const CONTENT_COLUMNS: readonly string[] = RECORD_COLUMNS.filter((column) => column !== "path" && column !== "modified_at");

export const COLUMN_TYPES: ReadonlyMap<string, ColumnType> = new Map(
  METADATA_FIELDS.map((field) => [RECORD_FIELDS[field].column, typeOf(RECORD_FIELDS[field].kind)]),
);

function typeOf({ is }: KindData): ColumnType {
  if (is === "integer") return "integer";
  if (is === "time") return "real";
  return is === "list" || is === "object" ? "json" : "text";
}

/**
 * For each field of a record, in order: at which offset its value is in a row, and how to read it.
 */
const FIELD_OFFSETS = METADATA_FIELDS.map((field) => {
  const { column, kind } = RECORD_FIELDS[field];
  return { field, column, offset: RECORD_COLUMNS.indexOf(column), type: typeOf(kind) };
});

const COLUMNS_IN_ROW = FIELDS_IN_ROW.map((field) => ({ field, isJson: typeOf(RECORD_FIELDS[field].kind) === "json" }));

/** How a database returns the columns that are numbers. */
export interface NumberForm {
  /** What to select for a column of this type. `column` includes the alias. */
  select(column: string, type: "integer" | "real"): string;
  /** Returns the selected number, or the stored value if it is not a number. */
  decode(value: unknown): unknown;
}

/** Selects numbers as numbers. */
const PLAIN: NumberForm = {
  // A driver that refuses integers beyond 2^53 would fail a whole page because of one bad row. As a
  // floating-point number, only the bad row fails.
  select: (column, type) => (type === "integer" ? `CAST(${column} AS DOUBLE PRECISION)` : column),
  decode: (value) => value,
};

/** Returns what to select from the table `alias` for `decodeRow`. */
export function selectRecord(alias: string, numbers: NumberForm = PLAIN, parts: ScannedParts = "all"): string {
  return RECORD_COLUMNS.map((column) =>
    parts === "references" && SYMBOL_COLUMNS.has(column) ? "'[]'" : selectColumn(alias, column, numbers),
  ).join(", ");
}

const SYMBOL_COLUMNS: ReadonlySet<string> = new Set(
  (["functions", "classes", "symbols"] as const).map((field) => RECORD_FIELDS[field].column),
);

/**
 * Returns what to select for `decodeFingerprint`, from the table `alias` and the table of file
 * states.
 */
export function selectFingerprint(alias: string, states: string, numbers: NumberForm = PLAIN): string {
  return [...FINGERPRINT_FIELDS.map((field) => selectColumn(alias, RECORD_FIELDS[field].column, numbers)), `${states}.state`].join(", ");
}

function selectColumn(alias: string, column: string, numbers: NumberForm): string {
  const type = COLUMN_TYPES.get(column);
  return type === "integer" || type === "real" ? numbers.select(`${alias}.${column}`, type) : `${alias}.${column}`;
}

/**
 * Returns the values of RECORD_COLUMNS. The same record always gives the same values, so that they
 * can be compared with a row.
 */
export function encodeRow(record: FileMetadata): (string | number)[] {
  const values: (string | number)[] = [];
  for (const { field, isJson } of COLUMNS_IN_ROW) {
    const value = record[field];
    values.push(isJson ? encodeJson(value) : (value as string | number));
  }
  return values;
}

/** Checks for the empty list first, because most lists of most records are empty. */
function encodeJson(value: unknown): string {
  return value === NO_ITEMS ? "[]" : JSON.stringify(value);
}

/**
 * Reads the values of `selectRecord`, from `values[at]` on. Never throws: a bad row gives the
 * reason.
 */
export function decodeRow(revision: number, values: readonly unknown[], at: number, numbers: NumberForm = PLAIN): StoredRow {
  try {
    const candidate = { ...EMPTY };
    const json: string[] = [];
    for (const { field, column, offset, type } of FIELD_OFFSETS) {
      const value = values[at + offset];
      if (type === "json") json.push(String(value));
      candidate[field] = type === "text" ? value : type === "json" ? parseJson(column, value) : numbers.decode(value);
    }
    const record = adoptOrParse(candidate, ...json);
    return { path: record.path, revision, record };
  } catch (error) {
    return { path: String(values[at]) as ProjectPath, revision, unreadable: messageOf(error) };
  }
}

/** Made by parsing, because V8 gives a parsed object exactly the memory that it needs. */
const EMPTY = JSON.parse(JSON.stringify(Object.fromEntries(METADATA_FIELDS.map((field) => [field, null])))) as Record<
  MetadataField,
  unknown
>;

/**
 * Reads the values of `selectFingerprint`, from `values[at]` on. Returns `undefined` if they are
 * not a valid fingerprint.
 */
export function decodeFingerprint(values: readonly unknown[], at: number, numbers: NumberForm = PLAIN): Fingerprint | undefined {
  const fingerprint: Record<string, unknown> = {};
  for (const [offset, { field, type, take }] of FINGERPRINT.entries()) {
    const value = values[at + offset];
    const taken = take(type === "json" ? parsedOrUndefined(value) : type === "text" ? value : numbers.decode(value), fingerprint);
    if (taken === undefined) return undefined;
    fingerprint[field] = taken;
  }
  const state = values[at + FINGERPRINT.length];
  if (typeof state === "string") fingerprint["state"] = state;
  return fingerprint as unknown as Fingerprint;
}

const FINGERPRINT = FINGERPRINT_FIELDS.map((field) => {
  const { kind } = RECORD_FIELDS[field];
  return { field, type: typeOf(kind), take: takerOf(kind, { copies: false, trusts: "none" }) };
});
const PROBLEMS = { take: takerOf(RECORD_FIELDS.problems.kind, { copies: false, trusts: "none" }) };

const MODIFIED_AT = { take: takerOf(RECORD_FIELDS.modifiedAt.kind, { copies: false, trusts: "none" }) };

/** Reads the column `modified_at` alone; `undefined` if it is no time. */
export function decodeModifiedAt(value: unknown): number | undefined {
  return MODIFIED_AT.take(value, {}) as number | undefined;
}

/** Reads the column `problems` alone; `undefined` if it is no list of them. */
export function decodeProblems(value: unknown): FileMetadata["problems"] | undefined {
  return PROBLEMS.take(parsedOrUndefined(value), {}) as FileMetadata["problems"] | undefined;
}

function parsedOrUndefined(text: unknown): unknown {
  try {
    return decodeJson(text);
  } catch {
    return undefined;
  }
}

function parseJson(column: string, text: unknown): unknown {
  try {
    return decodeJson(text);
  } catch (error) {
    throw new MetacacheError("E_RECORD", `column ${column} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

function decodeJson(text: unknown): unknown {
  return text === "[]" ? NO_ITEMS : JSON.parse(text as string);
}
