import { MetacacheError, messageOf } from "../../base/errors.ts";
import { adoptOrParse } from "../../record/adopt-file-metadata.ts";
import type { FileMetadata, MetadataField } from "../../record/file-metadata.ts";
import type { KindData } from "../../record/kinds.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { METADATA_FIELDS, RECORD_FIELDS } from "../../record/shape.ts";
import { NO_ITEMS, takerOf } from "../../record/takers.ts";
import type { ScannedParts, StoredRow } from "../metadata-database.ts";
import type { Fingerprint } from "../source-store.ts";

/**
 * Between a record and the columns of its row. Besides the migrations, nobody else knows the columns: they are those of the table of a record's shape,
 * the key `path` first. The fingerprint's columns come first, so that reading them does not touch a row's long texts.
 */
const FIELDS_IN_ROW: readonly MetadataField[] = [
  ...METADATA_FIELDS.filter((field) => RECORD_FIELDS[field].isFingerprint),
  ...METADATA_FIELDS.filter((field) => !RECORD_FIELDS[field].isFingerprint),
];
const FINGERPRINT_FIELDS = FIELDS_IN_ROW.filter((field) => RECORD_FIELDS[field].isFingerprint);

/** How a column is stored: lists and objects as JSON. */
export type ColumnType = "integer" | "real" | "text" | "json";

/** The columns of a record in the order of `encodeRow`. */
export const RECORD_COLUMNS: readonly string[] = FIELDS_IN_ROW.map((field) => RECORD_FIELDS[field].column);

export const COLUMN_TYPES: ReadonlyMap<string, ColumnType> = new Map(
  METADATA_FIELDS.map((field) => [RECORD_FIELDS[field].column, typeOf(RECORD_FIELDS[field].kind)]),
);

function typeOf({ is }: KindData): ColumnType {
  if (is === "integer") return "integer";
  if (is === "time") return "real";
  return is === "list" || is === "object" ? "json" : "text";
}

/** For each field of a record, in order, where its value is in a row and how it is read. */
const PLACES = METADATA_FIELDS.map((field) => {
  const { column, kind } = RECORD_FIELDS[field];
  return { field, column, place: RECORD_COLUMNS.indexOf(column), type: typeOf(kind) };
});

const COLUMNS_IN_ROW = FIELDS_IN_ROW.map((field) => ({ field, isJson: typeOf(RECORD_FIELDS[field].kind) === "json" }));

/** How a database hands out the columns that are numbers. */
export interface NumberForm {
  /** What to select for a column of this type, `alias.name` and all. */
  select(column: string, type: "integer" | "real"): string;
  /** The number that was selected, or what is there instead. */
  decode(value: unknown): unknown;
}

/** As numbers. */
const PLAIN: NumberForm = {
  // A driver that refuses integers beyond 2^53 would fail a whole page for one bad row: as a floating-point number it fails alone.
  select: (column, type) => (type === "integer" ? `CAST(${column} AS DOUBLE PRECISION)` : column),
  decode: (value) => value,
};

/** What to select from the table `alias` for `decodeRow`. */
export function selectRecord(alias: string, numbers: NumberForm = PLAIN, parts: ScannedParts = "all"): string {
  return RECORD_COLUMNS.map((column) =>
    parts === "references" && SYMBOL_COLUMNS.has(column) ? "'[]'" : selectColumn(alias, column, numbers),
  ).join(", ");
}

const SYMBOL_COLUMNS: ReadonlySet<string> = new Set(
  (["functions", "classes", "symbols"] as const).map((field) => RECORD_FIELDS[field].column),
);

/** What to select from the table `alias` and that of the files' states for `decodeFingerprint`. */
export function selectFingerprint(alias: string, states: string, numbers: NumberForm = PLAIN): string {
  return [...FINGERPRINT_FIELDS.map((field) => selectColumn(alias, RECORD_FIELDS[field].column, numbers)), `${states}.state`].join(", ");
}

function selectColumn(alias: string, column: string, numbers: NumberForm): string {
  const type = COLUMN_TYPES.get(column);
  return type === "integer" || type === "real" ? numbers.select(`${alias}.${column}`, type) : `${alias}.${column}`;
}

/** The values of RECORD_COLUMNS. The same record gives the same values, so that a row can be compared with them. */
export function encodeRow(record: FileMetadata): (string | number)[] {
  const values: (string | number)[] = [];
  for (const { field, isJson } of COLUMNS_IN_ROW) {
    const value = record[field];
    values.push(isJson ? encodeJson(value) : (value as string | number));
  }
  return values;
}

/** Most lists of most records are empty. */
function encodeJson(value: unknown): string {
  return value === NO_ITEMS ? "[]" : JSON.stringify(value);
}

/** Reads the values that `selectRecord` asks for, from `values[at]` on. Never throws: a bad row says why. */
export function decodeRow(revision: number, values: readonly unknown[], at: number, numbers: NumberForm = PLAIN): StoredRow {
  try {
    const candidate = { ...EMPTY };
    const json: string[] = [];
    for (const { field, column, place, type } of PLACES) {
      const value = values[at + place];
      if (type === "json") json.push(String(value));
      candidate[field] = type === "text" ? value : type === "json" ? parseJson(column, value) : numbers.decode(value);
    }
    const record = adoptOrParse(candidate, ...json);
    return { path: record.path, revision, record };
  } catch (error) {
    return { path: String(values[at]) as ProjectPath, revision, unreadable: messageOf(error) };
  }
}

/** Parsed, because V8 gives what is parsed just as much room as it needs. */
const EMPTY = JSON.parse(JSON.stringify(Object.fromEntries(METADATA_FIELDS.map((field) => [field, null])))) as Record<
  MetadataField,
  unknown
>;

/** Reads the values that `selectFingerprint` asks for, from `values[at]` on; `undefined` if they are no fingerprint. */
export function decodeFingerprint(values: readonly unknown[], at: number, numbers: NumberForm = PLAIN): Fingerprint | undefined {
  const fingerprint: Record<string, unknown> = {};
  for (const [place, { field, type, take }] of FINGERPRINT.entries()) {
    const value = values[at + place];
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
