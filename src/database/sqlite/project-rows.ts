import type { Fingerprint } from "../../record/fingerprint.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { knownVersion } from "../schema/known-version.ts";
import { continuesFrom, type ScannedParts, type StoredChange, type StoredRow, type StorePosition } from "../metadata-database.ts";
import { decodeFingerprint, decodeRow, encodeRow, RECORD_COLUMNS, selectFingerprint, selectRecord } from "../shared/row-codec.ts";
import { PageLimit } from "../shared/page-limit.ts";
import type { ProjectState } from "../shared/project-state.ts";
import { MIGRATIONS } from "./migrations/migrations.ts";
import { REMAKE } from "./file/sqlite-faults.ts";
import type { SqliteConnection } from "./file/sqlite-connection.ts";

const SELECT_PROJECT = `
  SELECT store.epoch, store.schema_version, project.id, project.revision, project.horizon, project.token
  FROM store LEFT JOIN project ON project.name = ?`;

/**
 * Returns the state of the project with this name. A deleted project is empty. Ids are never used
 * again, and are part of the epoch. So a project that is created again under an old name is not
 * taken for the old one. Throws `E_SCHEMA_TOO_NEW`.
 */
export function readProject(connection: SqliteConnection, file: string, name: string): ProjectState {
  const row = connection.get(SELECT_PROJECT, name);
  knownVersion(row?.[1], MIGRATIONS.length, file, REMAKE);
  const [epoch, , id, revision, horizon, token] = row ?? [];
  const key = Number(id ?? 0);
  const position = {
    epoch: `${String(epoch)}.${key}`,
    revision: Number(revision ?? 0),
    token: Number(token ?? 0),
    horizon: Number(horizon ?? 0),
  };
  return { id: key, position };
}

/** True if `since` is on the history that led to the project's present position. */
export function continuesHistory(connection: SqliteConnection, { id, position }: ProjectState, since: StorePosition | undefined): boolean {
  if (since === undefined || since.revision === position.revision) return continuesFrom(since, position, undefined);
  const row = connection.get("SELECT token FROM history WHERE project_id = ? AND revision = ?", id, since.revision);
  return continuesFrom(since, position, row === undefined ? undefined : Number(row[0]));
}

/** Creates the project if the database does not have it. */
export function insertProject(connection: SqliteConnection, file: string, name: string): ProjectState {
  const state = readProject(connection, file, name);
  if (state.id !== 0) return state;
  connection.run("INSERT INTO project (name) VALUES (?)", name);
  return readProject(connection, file, name);
}

/** Returns how many rows the project had. `undefined` if the database does not have it. */
export function deleteProject(connection: SqliteConnection, file: string, name: string): number | undefined {
  const { id } = readProject(connection, file, name);
  if (id === 0) return undefined;
  const rows = connection.run("DELETE FROM file WHERE project_id = ?", id);
  connection.run("DELETE FROM project WHERE id = ?", id);
  return rows;
}

export function readProjectNames(connection: SqliteConnection): readonly string[] {
  return connection.all("SELECT name FROM project").map(([name]) => String(name));
}

export function countRows(connection: SqliteConnection, project: number): number {
  return Number(connection.get("SELECT count(*) FROM file WHERE project_id = ?", project)?.[0]);
}

/**
 * A row's revision is in the change log. If it is missing there, which only tampering can cause, it
 * is 0.
 */
const REVISION = "coalesce(change.revision, 0)";
const ROW = `${REVISION}, ${selectRecord("file")}`;
const JOIN_CHANGE = "LEFT JOIN change ON change.project_id = file.project_id AND change.path = file.path";
/**
 * Passes the paths as one value, which takes a fifth less time than one statement for each path.
 */
const WANTED = "json_each(?) AS wanted CROSS JOIN file";
const OF_WANTED = "WHERE file.project_id = ? AND file.path = wanted.value";
const SELECT_WANTED = `SELECT ${ROW} FROM ${WANTED} ${JOIN_CHANGE} ${OF_WANTED}`;
const SELECT_WANTED_ALONE = `SELECT file.path, ${selectRecord("file")} FROM ${WANTED} ${OF_WANTED}`;

/**
 * Returns the existing rows of `paths`. If `revisions` has all paths, their revisions are not
 * looked up.
 */
export function readRows(
  connection: SqliteConnection,
  project: number,
  paths: readonly ProjectPath[],
  revisions?: ReadonlyMap<ProjectPath, number>,
): StoredRow[] {
  const isKnown = revisions !== undefined && paths.every((path) => revisions.has(path));
  const found = connection.all(isKnown ? SELECT_WANTED_ALONE : SELECT_WANTED, JSON.stringify(paths), project);
  return found.map((row) => decodeRow(isKnown ? (revisions.get(row[0] as ProjectPath) as number) : Number(row[0]), row, 1));
}

/**
 * A part of a longer series, and where the next part begins. If `after` is `undefined`, this is the
 * last part.
 */
export interface RowPage<T> {
  readonly items: readonly T[];
  readonly after: number | undefined;
}

/**
 * In the order of ids, which is the order on disk. In the order of paths, an invalid path in the
 * database could come again and again.
 */
const SELECT_ROWS: Readonly<Record<ScannedParts, string>> = { all: selectRows("all"), references: selectRows("references") };

function selectRows(parts: ScannedParts): string {
  return `
  SELECT file.id, ${REVISION}, ${selectRecord("file", undefined, parts)} FROM file INDEXED BY file_in_project ${JOIN_CHANGE}
  WHERE file.project_id = ? AND file.id > ? ORDER BY file.id LIMIT ?`;
}

interface PageStart {
  readonly project: number;
  readonly after: number;
}

/** Returns at most `limit` rows, and few at a time (`PageLimit`). */
export function readRowPage(
  connection: SqliteConnection,
  { project, after }: PageStart,
  limit: number,
  parts: ScannedParts,
): RowPage<StoredRow> {
  const page = new PageLimit(limit);
  const rows = connection.until((row) => page.add(row), SELECT_ROWS[parts], project, after, limit);
  const items = rows.map((row) => decodeRow(Number(row[1]), row, 2));
  return { items, after: page.isFull ? Number(rows.at(-1)?.[0]) : undefined };
}

const SELECT_FINGERPRINTS = `
  SELECT file.id, ${selectFingerprint("file", "file_state")} FROM file INDEXED BY file_in_project
  LEFT JOIN file_state ON file_state.file_id = file.id
  WHERE file.project_id = ? AND file.id > ? ORDER BY file.id LIMIT ?`;

export function readFingerprintPage(connection: SqliteConnection, project: number, after: number, limit: number): RowPage<Fingerprint> {
  const rows = connection.all(SELECT_FINGERPRINTS, project, after, limit);
  const items = rows.flatMap((row) => decodeFingerprint(row, 1) ?? []);
  return { items, after: rows.length < limit ? undefined : Number(rows.at(-1)?.[0]) };
}

/** Counts how many paths changed after `revision`. Stops at `limit` + 1. */
export function countChanges(connection: SqliteConnection, project: number, revision: number, limit: number): number {
  const count = "SELECT count(*) FROM (SELECT 1 FROM change WHERE project_id = ? AND revision > ? LIMIT ?)";
  return Number(connection.get(count, project, revision, limit + 1)?.[0]);
}

const SELECT_CHANGES = `
  SELECT change.revision, change.path, file.id, ${selectRecord("file")}
  FROM change INDEXED BY change_in_order LEFT JOIN file ON file.project_id = change.project_id AND file.path = change.path
  WHERE change.project_id = ? AND change.revision > ? ORDER BY change.revision LIMIT ?`;

export function readChangePage(connection: SqliteConnection, project: number, after: number, limit: number): RowPage<StoredChange> {
  const rows = connection.all(SELECT_CHANGES, project, after, limit);
  const items = rows.map((row): StoredChange => {
    const revision = Number(row[0]);
    return row[2] === null ? { path: row[1] as ProjectPath, revision, deleted: true } : decodeRow(revision, row, 3);
  });
  return { items, after: rows.length < limit ? undefined : Number(rows.at(-1)?.[0]) };
}

/**
 * Uses two statements, not one upsert. An upsert may abort half-way, so SQLite would keep a journal
 * for each statement. OR FAIL needs no journal, and any failure here ends the whole transaction
 * anyway. With `?1` the UPDATE would need its values only once, but Node.js 22 cannot bind it.
 */
const INSERT_ROW = `
  INSERT OR FAIL INTO file (project_id, ${RECORD_COLUMNS.join(", ")}) VALUES (?, ${placeholders(RECORD_COLUMNS)})
  ON CONFLICT (project_id, path) DO NOTHING`;
const COMPARED_COLUMNS = RECORD_COLUMNS.slice(1);
const UPDATE_ROW = `
  UPDATE OR FAIL file SET (${COMPARED_COLUMNS.join(", ")}) = (${placeholders(COMPARED_COLUMNS)})
  WHERE project_id = ? AND path = ? AND (${COMPARED_COLUMNS.join(", ")}) IS NOT (${placeholders(COMPARED_COLUMNS)})`;

function placeholders(columns: readonly string[]): string {
  return columns.map(() => "?").join(", ");
}

/** Stores an encoded record. Returns false if the row already has the same values. */
export function putRow(connection: SqliteConnection, project: number, row: EncodedRecord["row"]): boolean {
  if (connection.run(INSERT_ROW, project, ...row) > 0) return true;
  const [path = "", ...compared] = row;
  return connection.run(UPDATE_ROW, ...compared, project, path, ...compared) > 0;
}

/** Returns false if there was no row. */
export function deleteRow(connection: SqliteConnection, project: number, path: ProjectPath): boolean {
  return connection.run("DELETE FROM file WHERE project_id = ? AND path = ?", project, path) > 0;
}

export function moveHorizon(connection: SqliteConnection, project: number, revision: number): void {
  connection.run("UPDATE project SET horizon = ? WHERE id = ?", revision, project);
}

const FORGET_TOMBSTONES = `
  DELETE FROM change WHERE project_id = ? AND deleted = 1 AND revision <= coalesce(
    (SELECT revision FROM change WHERE project_id = ? AND deleted = 1 AND revision <= ? ORDER BY revision LIMIT 1 OFFSET ?), ?)`;

/** Forgets the oldest tombstones up to `revision`, at most `limit`. Returns how many. */
export function forgetTombstones(connection: SqliteConnection, project: number, revision: number, limit: number): number {
  return connection.run(FORGET_TOMBSTONES, project, project, revision, limit - 1, revision);
}

/**
 * A record and the values of its row. Encoded before the lock is taken, so that the lock is held
 * for a shorter time.
 */
export interface EncodedRecord {
  readonly record: FileMetadata;
  readonly row: ReturnType<typeof encodeRow>;
}

export function encodeRecord(record: FileMetadata): EncodedRecord {
  return { record, row: encodeRow(record) };
}
