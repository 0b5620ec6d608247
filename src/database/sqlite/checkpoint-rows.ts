import type { CheckpointHeader } from "../checkpoint-store.ts";
import type { ProjectState } from "../shared/project-state.ts";
import {
  assembleCheckpoint,
  type CheckpointDraft,
  damageOf,
  decodeHeader,
  type FoundCheckpoint,
  HEADER_COLUMNS,
  HEADER_DAMAGED,
  MAX_DRAFTS,
  type PartSizes,
  type CheckedHeader,
  type SealedHeader,
} from "../shared/sealed-checkpoint.ts";
import type { Snapshot } from "./file/snapshot.ts";
import type { SqliteConnection } from "./file/sqlite-connection.ts";
import { continuesHistory } from "./project-rows.ts";

/**
 * Selected as floating-point numbers, because the driver throws for integers beyond 2^53, and a
 * damaged header must not be an error.
 */
const SELECTED = HEADER_COLUMNS.map((column) => (column === "epoch" ? column : `CAST(${column} AS DOUBLE PRECISION)`)).join(", ");
const SELECT_HEADER = `SELECT ${SELECTED} FROM checkpoint WHERE project_id = ? AND is_whole = 1`;
/** Reads no overflow page, because the length of a value is at the beginning of its row. */
const SELECT_SIZES = "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM checkpoint_part WHERE project_id = ? AND checkpoint_id = ?";
const SELECT_PART = `
  SELECT CAST(checksum AS DOUBLE PRECISION), bytes FROM checkpoint_part WHERE project_id = ? AND checkpoint_id = ? AND number = ?`;

const INSERT_DRAFT = `
  INSERT INTO checkpoint (project_id, begun, is_whole, ${HEADER_COLUMNS.join(", ")})
  VALUES (?, (SELECT coalesce(max(begun), 0) + 1 FROM checkpoint WHERE project_id = ?), 0, ${HEADER_COLUMNS.map(() => "?").join(", ")})`;
const DELETE_OLDEST_DRAFTS = `
  DELETE FROM checkpoint WHERE id IN
    (SELECT id FROM checkpoint WHERE project_id = ? AND is_whole = 0 ORDER BY begun DESC LIMIT -1 OFFSET ?)`;
const INSERT_PART = `
  INSERT INTO checkpoint_part (project_id, checkpoint_id, number, checksum, bytes)
  SELECT project_id, id, ?, ?, ? FROM checkpoint WHERE id = ? AND project_id = ? AND is_whole = 0`;
/**
 * Deletes the whole checkpoint, and the drafts that can no longer replace it: older drafts, and
 * drafts of a history that was undone. If this draft itself is gone, deletes nothing, so that the
 * old checkpoint stays.
 */
const DELETE_REPLACED = `
  DELETE FROM checkpoint WHERE project_id = ?1 AND id <> ?2 AND (is_whole = 1 OR revision <= ?3 OR revision > ?4)
    AND EXISTS (SELECT 1 FROM checkpoint WHERE project_id = ?1 AND id = ?2 AND is_whole = 0)`;
const PUBLISH = "UPDATE checkpoint SET is_whole = 1, checksum = ? WHERE id = ? AND project_id = ? AND is_whole = 0";
const ORPHANS = `
  SELECT project_id, checkpoint_id, number FROM checkpoint_part
  WHERE project_id = ? AND checkpoint_id NOT IN (SELECT id FROM checkpoint WHERE project_id = ?) LIMIT ?`;

/**
 * Returns the header of the whole checkpoint. `undefined` if there is none or the header is
 * damaged.
 */
export function readHeader(connection: SqliteConnection, project: number): SealedHeader | undefined {
  const row = connection.get(SELECT_HEADER, project);
  return row === undefined ? undefined : decodeHeader(row);
}

/**
 * Reads the whole checkpoint, if there is one, and checks it for damage. The event loop runs
 * between its parts. With `format`, skips a checkpoint of another format.
 */
export async function readCheckpoint(snapshot: Snapshot, project: number, format?: number): Promise<FoundCheckpoint | undefined> {
  let id = 0;
  try {
    const row = snapshot.read((connection) => connection.get(SELECT_HEADER, project));
    if (row === undefined) return undefined;
    id = Number(row[0]);
    const header = decodeHeader(row);
    if (header === undefined) return { id, damage: HEADER_DAMAGED };
    if (format !== undefined && header.format !== format) return undefined;
    const sizes = snapshot.read((connection) => readSizes(connection, project, id));
    return await assembleCheckpoint(header, sizes, async (number) => {
      if (number > 0) await snapshot.pause();
      return snapshot.read((connection) => connection.get(SELECT_PART, project, id, number));
    });
  } catch (error) {
    return { id, damage: damageOf(error) };
  }
}

function readSizes(connection: SqliteConnection, project: number, id: number): PartSizes {
  const [count, bytes] = connection.get(SELECT_SIZES, project, id) ?? [];
  return { count: Number(count), bytes: Number(bytes) };
}

/**
 * Returns the header of the kept checkpoint, and whether it is of the project's present history.
 */
export function readKeptHeader(connection: SqliteConnection, state: ProjectState): CheckedHeader | undefined {
  const header = readHeader(connection, state.id);
  return header === undefined ? undefined : checkHeader(connection, state, header);
}

export function checkHeader(connection: SqliteConnection, state: ProjectState, header: CheckpointHeader): CheckedHeader {
  return { header, continues: continuesHistory(connection, state, { ...header.position, horizon: 0 }) };
}

/**
 * Throws if this connection may not write. Changes nothing. A transaction alone would not tell: in
 * a file that may only be read, SQLite begins one to read.
 */
export function tryToWrite(connection: SqliteConnection): void {
  connection.run("DELETE FROM checkpoint WHERE 0");
}

/**
 * Begins a draft. If the project has too many drafts, deletes the oldest: their writers may be
 * dead.
 */
export function beginDraft(connection: SqliteConnection, project: number, draft: CheckpointDraft): void {
  connection.run(DELETE_OLDEST_DRAFTS, project, MAX_DRAFTS - 1);
  connection.run(INSERT_DRAFT, project, project, ...draft.values);
}

/** Returns false if the draft was deleted. */
export function addPart(connection: SqliteConnection, project: number, draft: CheckpointDraft, number: number): boolean {
  return connection.run(INSERT_PART, number, draft.checksum(number), draft.part(number), draft.id, project) > 0;
}

/** Makes the draft the checkpoint. Returns false if the draft was deleted. */
export function publishDraft(connection: SqliteConnection, { id, position }: ProjectState, draft: CheckpointDraft): boolean {
  connection.run(DELETE_REPLACED, id, draft.id, draft.header.position.revision, position.revision);
  return connection.run(PUBLISH, draft.checksum(draft.parts - 1), draft.id, id) > 0;
}

export function deleteCheckpoint(connection: SqliteConnection, project: number, id: number): void {
  connection.run("DELETE FROM checkpoint WHERE project_id = ? AND id = ?", project, id);
}

export function deleteCheckpoints(connection: SqliteConnection, project: number): void {
  connection.run("DELETE FROM checkpoint WHERE project_id = ?", project);
}

/** Deletes at most `limit` parts whose checkpoint is gone. Returns true if there may be more. */
export function sweepParts(connection: SqliteConnection, project: number, limit: number): boolean {
  const orphans = connection.all(ORPHANS, project, project, limit);
  for (const [projectId, id, number] of orphans) {
    connection.run(
      "DELETE FROM checkpoint_part WHERE project_id = ? AND checkpoint_id = ? AND number = ?",
      projectId ?? 0,
      id ?? 0,
      number ?? 0,
    );
  }
  return orphans.length === limit;
}
