import {
  assembleCheckpoint,
  damageOf,
  decodeHeader,
  type FoundCheckpoint,
  HEADER_COLUMNS,
  HEADER_DAMAGED,
  type PartRow,
  type SealedHeader,
} from "../shared/sealed-checkpoint.ts";
import type { PostgresServer } from "./connection/postgres-server.ts";
import type { PostgresSession, Row, Statement } from "./connection/postgres-session.ts";

const OF_PROJECT = "project_id = (SELECT id FROM metacache.project WHERE name = $1)";
const COLUMNS = HEADER_COLUMNS.join(", ");

/** Value: the project's name. */
export const SELECT_HEADER_BY_NAME: Statement = {
  name: "metacache_checkpoint_by_name",
  text: `SELECT ${COLUMNS} FROM metacache.checkpoint WHERE ${OF_PROJECT} AND is_whole = 1`,
};
/** Value: the project's id. */
export const SELECT_HEADER: Statement = {
  name: "metacache_checkpoint",
  text: `SELECT ${COLUMNS} FROM metacache.checkpoint WHERE project_id = $1 AND is_whole = 1`,
};
/** The reference to a value contains its length, so the value itself is not read. */
const SELECT_SIZES: Statement = {
  name: "metacache_checkpoint_sizes",
  text: `SELECT count(*)::float8, coalesce(sum(octet_length(bytes)), 0)::float8 FROM metacache.checkpoint_part
    WHERE ${OF_PROJECT} AND checkpoint_id = $2`,
};
/**
 * As base64, because the driver only takes texts. The server's own form, hexadecimal digits, takes
 * 50 % more bytes and is slower to read.
 */
const SELECT_PART: Statement = {
  name: "metacache_checkpoint_part",
  text: `SELECT checksum, encode(bytes, 'base64') FROM metacache.checkpoint_part WHERE ${OF_PROJECT} AND checkpoint_id = $2 AND number = $3`,
};

/** Needs the rights that a write needs, except the right to lock the project. Changes nothing. */
export const TRY_TO_WRITE: Statement = {
  name: "metacache_checkpoint_try",
  text: `WITH
      checkpoint_added AS (INSERT INTO metacache.checkpoint SELECT * FROM metacache.checkpoint WHERE false),
      checkpoint_changed AS (UPDATE metacache.checkpoint SET checksum = 0 WHERE false),
      checkpoint_deleted AS (DELETE FROM metacache.checkpoint WHERE false),
      part_added AS (INSERT INTO metacache.checkpoint_part SELECT * FROM metacache.checkpoint_part WHERE false)
    DELETE FROM metacache.checkpoint_part WHERE false`,
};

/**
 * Values: the project's id, how many drafts may stay. Deletes the oldest: their writers may be
 * dead.
 */
export const DELETE_OLDEST_DRAFTS: Statement = {
  name: "metacache_checkpoint_room",
  text: `DELETE FROM metacache.checkpoint WHERE id IN
    (SELECT id FROM metacache.checkpoint WHERE project_id = $1 AND is_whole = 0 ORDER BY begun DESC OFFSET $2)`,
};
/** Values: the project's id, the values of `HEADER_COLUMNS`. */
export const INSERT_DRAFT: Statement = {
  name: "metacache_checkpoint_begin",
  text: `INSERT INTO metacache.checkpoint (project_id, begun, is_whole, ${COLUMNS})
    SELECT $1, coalesce(max(begun), 0) + 1, 0, ${HEADER_COLUMNS.map((column, at) => `$${at + 2}::${column === "epoch" ? "text" : "bigint"}`).join(", ")}
    FROM metacache.checkpoint WHERE project_id = $1`,
};
/**
 * Values: the project's id, the draft's id, the part's number, checksum and bytes. Returns a row if
 * the draft exists. The draft then stays until the commit.
 */
export const INSERT_PART: Statement = {
  name: "metacache_checkpoint_add",
  text: `WITH draft AS (
      SELECT project_id, id FROM metacache.checkpoint WHERE project_id = $1 AND id = $2 AND is_whole = 0 FOR KEY SHARE
    ) INSERT INTO metacache.checkpoint_part (project_id, checkpoint_id, number, checksum, bytes)
    SELECT project_id, id, $3, $4, $5 FROM draft RETURNING 1`,
};
/**
 * Values: the project's id, the draft's id, the draft's revision, the project's revision. Deletes
 * the whole checkpoint, and the drafts that can no longer replace it: older drafts, and drafts of a
 * history that was undone. If this draft itself is gone, deletes nothing, so that the old
 * checkpoint stays.
 */
export const DELETE_REPLACED: Statement = {
  name: "metacache_checkpoint_replace",
  text: `DELETE FROM metacache.checkpoint WHERE project_id = $1 AND id <> $2 AND (is_whole = 1 OR revision <= $3 OR revision > $4)
    AND EXISTS (SELECT FROM metacache.checkpoint WHERE project_id = $1 AND id = $2 AND is_whole = 0)`,
};
/** Values: the project's id, the draft's id, its checksum. Returns a row if the draft exists. */
export const PUBLISH: Statement = {
  name: "metacache_checkpoint_publish",
  text: `UPDATE metacache.checkpoint SET is_whole = 1, checksum = $3 WHERE project_id = $1 AND id = $2 AND is_whole = 0 RETURNING 1`,
};
/** Values: the project's name, the checkpoint's id. */
export const DELETE_CHECKPOINT: Statement = {
  name: "metacache_checkpoint_delete",
  text: `DELETE FROM metacache.checkpoint WHERE ${OF_PROJECT} AND id = $2`,
};
export const DELETE_CHECKPOINTS: Statement = {
  name: "metacache_checkpoints_delete",
  text: `DELETE FROM metacache.checkpoint WHERE ${OF_PROJECT}`,
};
/**
 * Values: the project's name, the maximum number of parts to delete. Deletes parts whose checkpoint
 * is gone, except those that another process is deleting now. Returns one row: how many were
 * deleted.
 */
export const SWEEP_PARTS: Statement = {
  name: "metacache_checkpoint_sweep",
  text: `WITH gone AS (
      DELETE FROM metacache.checkpoint_part WHERE (project_id, checkpoint_id, number) IN (
        SELECT project_id, checkpoint_id, number FROM metacache.checkpoint_part AS part
        WHERE ${OF_PROJECT} AND NOT EXISTS (SELECT FROM metacache.checkpoint WHERE id = part.checkpoint_id)
        LIMIT $2 FOR UPDATE SKIP LOCKED)
      RETURNING 1
    ) SELECT count(*)::float8 FROM gone`,
};

/** `undefined` if there is no row or the row is damaged. */
export function decodeFound(row: Row | undefined): SealedHeader | undefined {
  return row === undefined ? undefined : decodeHeader(row);
}

/**
 * Reads the whole checkpoint in one snapshot, if there is one, and checks it for damage. With
 * `format`, skips a checkpoint of another format.
 */
export async function readCheckpoint(server: PostgresServer, project: string, format?: number): Promise<FoundCheckpoint | undefined> {
  let id = 0;
  try {
    return await server.inSnapshot(async (session) => {
      const [row] = await session.query(SELECT_HEADER_BY_NAME, [project]);
      if (row === undefined) return undefined;
      id = Number(row[0]);
      const header = decodeHeader(row);
      if (header === undefined) return { id, damage: HEADER_DAMAGED };
      if (format !== undefined && header.format !== format) return undefined;
      return assemble(session, project, header);
    });
  } catch (error) {
    return { id, damage: damageOf(error) };
  }
}

async function assemble(session: PostgresSession, project: string, header: SealedHeader): Promise<FoundCheckpoint> {
  const [[count, bytes] = []] = await session.query(SELECT_SIZES, [project, header.id]);
  const read = (number: number): Promise<readonly Row[]> => session.query(SELECT_PART, [project, header.id, number]);
  let next: Promise<readonly Row[]> | undefined;
  return assembleCheckpoint(header, { count: Number(count), bytes: Number(bytes) }, async (number) => {
    const part = await (next ?? read(number));
    // The server reads the next part while this one is checked. Perhaps nobody ever awaits the next
    // part.
    next = number + 1 < header.parts ? read(number + 1) : undefined;
    next?.catch(() => undefined);
    return decodePart(part);
  });
}

function decodePart([row]: readonly Row[]): PartRow | undefined {
  return row === undefined ? undefined : [row[0], Buffer.from(String(row[1]), "base64")];
}
