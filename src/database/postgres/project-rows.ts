import type { FileMetadata } from "../../model/file-metadata.ts";
import type { ProjectPath } from "../../model/project-path.ts";
import type { StoredChange, StoredRow, StorePosition } from "../metadata-database.ts";
import { decodeRow, encodeRow, RECORD_COLUMNS, selectFingerprint, selectRecord } from "../row-codec.ts";
import { MIGRATIONS } from "./migrations/migrations.ts";
import type { Row, Statement } from "./postgres-session.ts";
import { assertKnownVersion, lostIdentityError } from "./prepare-schema.ts";

/** Where a project stands in the database, and the key of its rows there: 0, which no row has, where it is not known. */
export interface ProjectState {
  readonly id: number;
  readonly position: StorePosition;
}

/** The first columns of every statement that reads: so that whatever it reads is of the position that it tells. */
const STATE = `
  store.schema_version, store.epoch, coalesce(project.id, 0),
  coalesce(project.revision, 0)::float8, coalesce(project.horizon, 0)::float8`;
const STATE_COLUMNS = 5;
const FROM_STATE = "FROM metacache.store LEFT JOIN metacache.project ON project.name = $1";

/**
 * The state that a statement's first row tells. A project that was deleted is empty. Ids are never used twice, and are part of the
 * epoch: a project made anew under an old name does not pass for the old one. Throws `E_SCHEMA_TOO_NEW`.
 */
export function decodeState(rows: readonly Row[], location: string): ProjectState {
  const [row] = rows;
  if (row === undefined) throw lostIdentityError(location);
  assertKnownVersion([row], MIGRATIONS.length, location);
  const id = Number(row[2]);
  return { id, position: { epoch: `${String(row[1])}.${id}`, revision: Number(row[3]), horizon: Number(row[4]) } };
}

export const SELECT_STATE: Statement = { name: "metacache_state", text: `SELECT ${STATE} ${FROM_STATE}` };

/** Writers of one project take turns: this row is locked by each until it commits. */
export const LOCK_STATE: Statement = {
  name: "metacache_lock",
  text: "SELECT id FROM metacache.project WHERE name = $1 FOR NO KEY UPDATE",
};

export const INSERT_PROJECT: Statement = {
  name: "metacache_insert_project",
  text: "INSERT INTO metacache.project (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
};

export const SELECT_PROJECT_NAMES: Statement = { name: "metacache_names", text: "SELECT name FROM metacache.project" };

export const COUNT_ROWS: Statement = {
  name: "metacache_count",
  text: "SELECT count(*)::float8 FROM metacache.file WHERE project_id = $1",
};

/** A row's revision stands in the change log. Without an entry there, which only tampering can bring about, it is 0. */
const REVISION = "coalesce(change.revision, 0)::float8";
const JOIN_CHANGE = "LEFT JOIN metacache.change ON change.project_id = file.project_id AND change.path = file.path";

/** Values: the project's name, the paths. One row at least, which has no path where none was found. */
export const SELECT_ROWS: Statement = {
  name: "metacache_rows",
  text: `SELECT ${STATE}, ${REVISION}, ${selectRecord("file")} ${FROM_STATE}
    LEFT JOIN (metacache.file ${JOIN_CHANGE}) ON file.project_id = project.id AND file.path = ANY ($2::text[])`,
};

export function decodeRows(rows: readonly Row[]): StoredRow[] {
  return rows.flatMap((row) => (row[STATE_COLUMNS + 1] === null ? [] : decodeRow(Number(row[STATE_COLUMNS]), row, STATE_COLUMNS + 1)));
}

/** Values: the project's id, the id after which to begin, how many at most. In the order of ids, of which no two rows have one. */
export const SELECT_ROW_PAGE: Statement = {
  name: "metacache_row_page",
  text: `SELECT file.id::float8, ${REVISION}, ${selectRecord("file")} FROM metacache.file ${JOIN_CHANGE}
    WHERE file.project_id = $1 AND file.id > $2 ORDER BY file.id LIMIT $3`,
};

export function decodeRowPage(rows: readonly Row[]): StoredRow[] {
  return rows.map((row) => decodeRow(Number(row[1]), row, 2));
}

export const SELECT_FINGERPRINT_PAGE: Statement = {
  name: "metacache_fingerprint_page",
  text: `SELECT file.id::float8, ${selectFingerprint("file", "file_state")} FROM metacache.file
    LEFT JOIN metacache.file_state ON file_state.file_id = file.id
    WHERE file.project_id = $1 AND file.id > $2 ORDER BY file.id LIMIT $3`,
};

const CHANGE = `change.revision::float8, change.path, file.id, ${selectRecord("file")}`;
const JOIN_FILE = "LEFT JOIN metacache.file ON file.project_id = change.project_id AND file.path = change.path";

/**
 * Values: the project's name, the revision after which to begin, how many revisions there may be since then. One row at
 * least, which has no change where there is none, or where there are more revisions than that.
 */
export const SELECT_CHANGES: Statement = {
  name: "metacache_changes",
  text: `SELECT ${STATE}, ${CHANGE} ${FROM_STATE}
    LEFT JOIN (metacache.change ${JOIN_FILE})
      ON change.project_id = project.id AND change.revision > $2 AND project.revision - $2 <= $3
    ORDER BY change.revision`,
};

export function decodeChanges(rows: readonly Row[]): StoredChange[] {
  return rows.flatMap((row) => (row[STATE_COLUMNS] === null ? [] : decodeChange(row, STATE_COLUMNS)));
}

/** Values: the project's id, the revision after which to begin, how many at most. */
export const SELECT_CHANGE_PAGE: Statement = {
  name: "metacache_change_page",
  text: `SELECT ${CHANGE} FROM metacache.change ${JOIN_FILE}
    WHERE change.project_id = $1 AND change.revision > $2 ORDER BY change.revision LIMIT $3`,
};

export function decodeChangePage(rows: readonly Row[]): StoredChange[] {
  return rows.map((row) => decodeChange(row, 0));
}

/** Values: the project's id, a revision, how far to count. */
export const COUNT_CHANGES: Statement = {
  name: "metacache_count_changes",
  text: `SELECT count(*)::float8
    FROM (SELECT FROM metacache.change WHERE project_id = $1 AND revision > $2 LIMIT $3) AS newer`,
};

const COMPARED_COLUMNS = RECORD_COLUMNS.slice(1);
const COLUMN_TYPES: Readonly<Record<string, string>> = { size: "bigint", modified_at: "float8" };

/** Values: the project's id, then of each column all values. A row that says the same already is left alone. */
export const PUT_ROWS: Statement = {
  name: "metacache_put",
  text: `INSERT INTO metacache.file (project_id, ${RECORD_COLUMNS.join(", ")})
    SELECT $1, * FROM unnest(${RECORD_COLUMNS.map((column, index) => `$${index + 2}::${COLUMN_TYPES[column] ?? "text"}[]`).join(", ")})
    ON CONFLICT (project_id, path) DO UPDATE SET (${COMPARED_COLUMNS.join(", ")}) = ROW (${qualified("excluded")})
    WHERE (${qualified("file")}) IS DISTINCT FROM (${qualified("excluded")})`,
};

function qualified(table: string): string {
  return COMPARED_COLUMNS.map((column) => `${table}.${column}`).join(", ");
}

/** The values of `PUT_ROWS` after the first: of each column those of all records. */
export function encodeColumns(records: readonly FileMetadata[]): readonly (readonly (string | number)[])[] {
  const rows = records.map(encodeRow);
  return RECORD_COLUMNS.map((_, column) => rows.map((row) => row[column] ?? ""));
}

/** Values: the project's id, the paths. */
export const DELETE_ROWS: Statement = {
  name: "metacache_delete",
  text: "DELETE FROM metacache.file WHERE project_id = $1 AND path = ANY ($2::text[])",
};

/** Values: the project's name, the revision before. One row at least, with what each path's change was. */
export const SELECT_RECEIPT: Statement = {
  name: "metacache_receipt",
  text: `SELECT ${STATE}, change.revision::float8, change.path, change.deleted ${FROM_STATE}
    LEFT JOIN metacache.change ON change.project_id = project.id AND change.revision > $2
    ORDER BY change.revision`,
};

/** Which paths were changed, and how, each with its revision, oldest first. */
export function decodeReceipt(rows: readonly Row[], records: ReadonlyMap<string, FileMetadata>): StoredChange[] {
  return rows.flatMap((row): StoredChange[] => {
    const [revision, path, deleted] = row.slice(STATE_COLUMNS);
    if (revision === null) return [];
    const change = { path: path as ProjectPath, revision: Number(revision) };
    const record = records.get(String(path));
    return deleted === 1 || record === undefined ? [{ ...change, deleted: true }] : [{ ...change, record }];
  });
}

export const DELETE_TOMBSTONES: Statement = {
  name: "metacache_delete_tombstones",
  text: "DELETE FROM metacache.change WHERE project_id = $1 AND deleted = 1 AND revision <= $2",
};

export const SET_HORIZON: Statement = {
  name: "metacache_set_horizon",
  text: "UPDATE metacache.project SET horizon = $2 WHERE id = $1",
};

function decodeChange(row: Row, at: number): StoredChange {
  const revision = Number(row[at]);
  return row[at + 2] === null ? { path: row[at + 1] as ProjectPath, revision, deleted: true } : decodeRow(revision, row, at + 3);
}
