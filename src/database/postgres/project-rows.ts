import type { Fingerprint } from "../../record/fingerprint.ts";
import { createHash } from "node:crypto";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { knownVersion } from "../schema/known-version.ts";
import { continuesFrom, type ScannedParts, type StoredChange, type StoredRow, type StorePosition } from "../metadata-database.ts";
import type { ProjectState } from "../shared/project-state.ts";
import {
  COLUMN_TYPES,
  type ColumnType,
  decodeFingerprint,
  decodeRow,
  RECORD_COLUMNS,
  selectFingerprint,
  selectRecord,
} from "../shared/row-codec.ts";
import { EXACT_NUMBERS } from "./connection/exact-numbers.ts";
import { MIGRATIONS } from "./migrations/migrations.ts";
import { REMAKE } from "./connection/postgres-faults.ts";
import type { Row, Statement } from "./connection/postgres-session.ts";

/** Returns a path as the indexes contain it: see the column `path_key`. */
export function pathKey(path: string): string {
  return Buffer.byteLength(path) <= 2_000 ? path : `/${createHash("sha256").update(path).digest("hex")}`;
}

/**
 * The first columns of every statement that reads, so that everything it reads is of the position
 * that it returns.
 */
const STATE = `
  store.schema_version, store.epoch, coalesce(project.id, 0),
  coalesce(project.revision, 0), coalesce(project.horizon, 0), coalesce(project.token, 0)`;
const STATE_COLUMNS = 6;
const FROM_STATE = "FROM metacache.store LEFT JOIN metacache.project ON project.name = $1";

/**
 * Decodes the state from the first row of an answer. A deleted project is empty. Ids are never used
 * again, and are part of the epoch. So a project that is created again under an old name is not
 * taken for the old one. Throws `E_SCHEMA_TOO_NEW`.
 */
export function decodeState(rows: readonly Row[], location: string): ProjectState {
  const [row] = rows;
  knownVersion(row?.[0], MIGRATIONS.length, location, REMAKE);
  const [, epoch, key, revision, horizon, token] = row ?? [];
  const id = Number(key);
  return { id, position: { epoch: `${String(epoch)}.${id}`, revision: Number(revision), horizon: Number(horizon), token: Number(token) } };
}

/**
 * Selects the token of the project at the revision in value number `value`. It comes after the
 * columns of the state.
 */
function tokenAt(value: number): string {
  return `(SELECT token FROM metacache.history WHERE project_id = project.id AND revision = $${value})`;
}

/**
 * True if `since` is on the history of the answer's state. The statement must also select
 * `tokenAt`.
 */
export function decodeContinues(rows: readonly Row[], { position }: ProjectState, since: StorePosition | undefined): boolean {
  const token = rows[0]?.[STATE_COLUMNS];
  return continuesFrom(since, position, token === null ? undefined : Number(token));
}

/** Values: the project's name, a revision. */
export const SELECT_STATE_SINCE: Statement = { name: "metacache_state_since", text: `SELECT ${STATE}, ${tokenAt(2)} ${FROM_STATE}` };

export const SELECT_STATE: Statement = { name: "metacache_state", text: `SELECT ${STATE} ${FROM_STATE}` };

/**
 * Locks the project's row until the commit, so that writers of one project take turns. Also returns
 * if triggers fire.
 */
export const LOCK_STATE: Statement = {
  name: "metacache_lock",
  text: "SELECT id, current_setting('session_replication_role') <> 'replica' FROM metacache.project WHERE name = $1 FOR NO KEY UPDATE",
};

export const INSERT_PROJECT: Statement = {
  name: "metacache_insert_project",
  text: "INSERT INTO metacache.project (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
};

/** Value: the project's id. Returns one row: how many rows there were. */
export const DELETE_PROJECT_ROWS: Statement = {
  name: "metacache_delete_project_rows",
  text: `WITH gone AS (DELETE FROM metacache.file WHERE project_id = $1 RETURNING 1) SELECT count(*)::float8 FROM gone`,
};

export const DELETE_PROJECT: Statement = { name: "metacache_delete_project", text: "DELETE FROM metacache.project WHERE id = $1" };

export const SELECT_PROJECT_NAMES: Statement = { name: "metacache_names", text: "SELECT name FROM metacache.project" };

export const COUNT_ROWS: Statement = {
  name: "metacache_count",
  text: "SELECT count(*) FROM metacache.file WHERE project_id = $1",
};

/**
 * A row's revision is in the change log. If it is missing there, which only tampering can cause, it
 * is 0.
 */
const REVISION = "coalesce(change.revision, 0)";
const JOIN_CHANGE = "LEFT JOIN metacache.change ON change.project_id = file.project_id AND change.path_key = file.path_key";

/**
 * Values: the project's name, the keys of the paths, the reader's revision. Returns at least one
 * row. It has no path if no row was found.
 */
export const SELECT_ROWS: Statement = {
  name: "metacache_rows",
  text: `SELECT ${STATE}, ${tokenAt(3)}, ${REVISION}, ${selectRecord("file", EXACT_NUMBERS)} ${FROM_STATE}
    LEFT JOIN (metacache.file ${JOIN_CHANGE}) ON file.project_id = project.id AND file.path_key = ANY ($2::text[])`,
};

export function decodeRows(rows: readonly Row[]): StoredRow[] {
  const at = STATE_COLUMNS + 1;
  return rows.flatMap((row) => (row[at + 1] === null ? [] : decodeRow(Number(row[at]), row, at + 1, EXACT_NUMBERS)));
}

/**
 * Values: the project's id, the id before the first row, the maximum number of rows. In the order
 * of ids, which are unique.
 */
export const SELECT_ROW_PAGE: Readonly<Record<ScannedParts, Statement>> = {
  all: rowPage("metacache_row_page", "all"),
  references: rowPage("metacache_reference_page", "references"),
};

function rowPage(name: string, parts: ScannedParts): Statement {
  return {
    name,
    text: `SELECT file.id, ${REVISION}, ${selectRecord("file", EXACT_NUMBERS, parts)} FROM metacache.file ${JOIN_CHANGE}
    WHERE file.project_id = $1 AND file.id > $2 ORDER BY file.id LIMIT $3`,
  };
}

export function decodeRowPage(rows: readonly Row[]): StoredRow[] {
  return rows.map((row) => decodeRow(Number(row[1]), row, 2, EXACT_NUMBERS));
}

/**
 * Values: the project's name, the id before the first row, the maximum number of rows. Returns at
 * least one row. It has no id if there are no more rows. Each page has its own position, because
 * each page is of its own snapshot.
 */
export const SELECT_FINGERPRINT_PAGE: Statement = {
  name: "metacache_fingerprint_page",
  text: `SELECT ${STATE}, page.* ${FROM_STATE} LEFT JOIN LATERAL (
      SELECT file.id, ${selectFingerprint("file", "file_state", EXACT_NUMBERS)} FROM metacache.file
      LEFT JOIN metacache.file_state ON file_state.file_id = file.id
      WHERE file.project_id = project.id AND file.id > $2 ORDER BY file.id LIMIT $3
    ) AS page ON true ORDER BY page.id`,
};

/**
 * Returns the fingerprints of a page, and the id before the next page, or `undefined` if there is
 * none.
 */
export function decodeFingerprintPage(rows: readonly Row[], pageSize: number): { readonly items: Fingerprint[]; readonly after: unknown } {
  const items = rows.flatMap((row) => decodeFingerprint(row, STATE_COLUMNS + 1, EXACT_NUMBERS) ?? []);
  return { items, after: rows.length < pageSize ? undefined : (rows.at(-1)?.[STATE_COLUMNS] ?? undefined) };
}

const CHANGE = `change.revision, change.path, file.id, ${selectRecord("file", EXACT_NUMBERS)}`;
const JOIN_FILE = "LEFT JOIN metacache.file ON file.project_id = change.project_id AND file.path_key = change.path_key";

/**
 * Values: the project's name, the revision before the first change, the maximum number of revisions
 * since then. Returns at least one row. It has no change if there is none, or if there are more
 * revisions.
 */
export const SELECT_CHANGES: Statement = {
  name: "metacache_changes",
  text: `SELECT ${STATE}, ${tokenAt(2)}, ${CHANGE} ${FROM_STATE}
    LEFT JOIN (metacache.change ${JOIN_FILE})
      ON change.project_id = project.id AND change.revision > $2 AND project.revision - $2 <= $3
    ORDER BY change.revision`,
};

export function decodeChanges(rows: readonly Row[]): StoredChange[] {
  const at = STATE_COLUMNS + 1;
  return rows.flatMap((row) => (row[at] === null ? [] : decodeChange(row, at)));
}

/**
 * Values: the project's id, the revision before the first change, the maximum number of changes.
 */
export const SELECT_CHANGE_PAGE: Statement = {
  name: "metacache_change_page",
  text: `SELECT ${CHANGE} FROM metacache.change ${JOIN_FILE}
    WHERE change.project_id = $1 AND change.revision > $2 ORDER BY change.revision LIMIT $3`,
};

export function decodeChangePage(rows: readonly Row[]): StoredChange[] {
  return rows.map((row) => decodeChange(row, 0));
}

/** Values: the project's id, a revision, the maximum number of changes to count. */
export const COUNT_CHANGES: Statement = {
  name: "metacache_count_changes",
  text: `SELECT count(*)
    FROM (SELECT FROM metacache.change WHERE project_id = $1 AND revision > $2 LIMIT $3) AS newer`,
};

const COMPARED_COLUMNS = RECORD_COLUMNS.slice(1);
const ARRAY_TYPES: Readonly<Record<ColumnType, string>> = { integer: "bigint[]", real: "float8[]", text: "text[]", json: "text[]" };

/**
 * Values: the project's id, then all values of each column. Does not change a row that already has
 * the same values.
 */
export const PUT_ROWS: Statement = {
  name: "metacache_put",
  text: `INSERT INTO metacache.file (project_id, ${RECORD_COLUMNS.join(", ")})
    SELECT $1, * FROM unnest(${RECORD_COLUMNS.map((column, index) => `$${index + 2}::${ARRAY_TYPES[COLUMN_TYPES.get(column) ?? "text"]}`).join(", ")})
    ON CONFLICT (project_id, path_key) DO UPDATE SET (${COMPARED_COLUMNS.join(", ")}) = ROW (${qualified("excluded")})
    WHERE (${qualified("file")}) IS DISTINCT FROM (${qualified("excluded")})`,
};

function qualified(table: string): string {
  return COMPARED_COLUMNS.map((column) => `${table}.${column}`).join(", ");
}

/** Values: the project's id, the keys of the paths. */
export const DELETE_ROWS: Statement = {
  name: "metacache_delete",
  text: "DELETE FROM metacache.file WHERE project_id = $1 AND path_key = ANY ($2::text[])",
};

/**
 * Values: the project's name, the revision before the first change, the maximum number of changes.
 * Returns at least one row, with the kind of change of each path. It has no change if there are no
 * more.
 */
export const SELECT_RECEIPT_PAGE: Statement = {
  name: "metacache_receipt_page",
  text: `SELECT ${STATE}, page.* ${FROM_STATE} LEFT JOIN LATERAL (
      SELECT change.revision, change.path, change.deleted FROM metacache.change
      WHERE change.project_id = project.id AND change.revision > $2 ORDER BY change.revision LIMIT $3
    ) AS page ON true ORDER BY page.revision`,
};

/** Returns which paths changed and how, each with its revision, oldest first. */
export function decodeReceiptPage(rows: readonly Row[], records: ReadonlyMap<string, FileMetadata>): StoredChange[] {
  return rows.flatMap((row): StoredChange[] => {
    const [revision, path, deleted] = row.slice(STATE_COLUMNS);
    if (revision === null) return [];
    const change = { path: path as ProjectPath, revision: Number(revision) };
    const record = records.get(String(path));
    return deleted === 1 || record === undefined ? [{ ...change, deleted: true }] : [{ ...change, record }];
  });
}

/**
 * Values: the project's id, a revision, the maximum number of tombstones minus one. Deletes the
 * oldest first. Returns one row: how many were deleted.
 */
export const DELETE_TOMBSTONES: Statement = {
  name: "metacache_delete_tombstones",
  text: `WITH gone AS (
      DELETE FROM metacache.change WHERE project_id = $1 AND deleted = 1 AND revision <= coalesce(
        (SELECT revision FROM metacache.change WHERE project_id = $1 AND deleted = 1 AND revision <= $2
          ORDER BY revision LIMIT 1 OFFSET $3), $2)
      RETURNING 1
    ) SELECT count(*)::float8 FROM gone`,
};

export const SET_HORIZON: Statement = {
  name: "metacache_set_horizon",
  text: "UPDATE metacache.project SET horizon = $2 WHERE id = $1",
};

function decodeChange(row: Row, at: number): StoredChange {
  const revision = Number(row[at]);
  return row[at + 2] === null
    ? { path: row[at + 1] as ProjectPath, revision, deleted: true }
    : decodeRow(revision, row, at + 3, EXACT_NUMBERS);
}
