import type { ProjectPath } from "../../record/project-path.ts";
import type { OwnFacts, SiblingIndex } from "../extraction-store.ts";
import type { StoredRow } from "../metadata-database.ts";
import type { ProjectState } from "../shared/project-state.ts";
import { CONTENT_COLUMNS, decodeModifiedAt } from "../shared/row-codec.ts";
import { checkHeader, readCheckpoint, readHeader } from "./checkpoint-rows.ts";
import type { Snapshot } from "./file/snapshot.ts";
import type { SqliteConnection } from "./file/sqlite-connection.ts";
import { countRows, readProject, readRows } from "./project-rows.ts";

/** A few milliseconds of work between two turns of the event loop. */
const ROWS_PER_TURN = 250;
/** The newest other projects are asked, and so many of them. */
const MOST_CANDIDATES = 16;
/** So many rows tell how much two projects have in common. */
const SAMPLED = 256;
/** If more of the rows differ, it is cheaper to read all rows. */
const MOST_OTHERS = 1 / 4;

const SELECT_CANDIDATES = `
  SELECT project.name FROM checkpoint JOIN project ON project.id = checkpoint.project_id
  WHERE checkpoint.is_whole = 1 AND checkpoint.format = ? AND project.id <> ? ORDER BY project.id DESC LIMIT ${MOST_CANDIDATES}`;
const COUNT_LIKE = `
  SELECT count(*) FROM (SELECT path, digest FROM file WHERE project_id = ? AND id % ? = 0 ORDER BY id LIMIT ${SAMPLED}) AS own
  JOIN file AS theirs ON theirs.project_id = ? AND theirs.path = own.path AND theirs.digest = own.digest`;
/**
 * Compares the columns as they are stored. A row of the other project that has changed since its
 * image was made counts as different.
 */
const COMPARE = `
  SELECT own.id, own.path, own_change.revision, own.modified_at,
    their_change.revision <= ? AND (${columnsOf("own")}) IS (${columnsOf("theirs")})
  FROM file AS own
  LEFT JOIN change AS own_change ON own_change.project_id = own.project_id AND own_change.path = own.path
  LEFT JOIN file AS theirs ON theirs.project_id = ? AND theirs.path = own.path
  LEFT JOIN change AS their_change ON their_change.project_id = theirs.project_id AND their_change.path = theirs.path
  WHERE own.project_id = ? AND own.id > ? ORDER BY own.id LIMIT ${ROWS_PER_TURN}`;

function columnsOf(table: string): string {
  return CONTENT_COLUMNS.map((column) => `${table}.${column}`).join(", ");
}

/** Reads the index of the project that has most in common with the project of `own`. */
export async function readSibling(snapshot: Snapshot, own: ProjectState, file: string, format: number): Promise<SiblingIndex | undefined> {
  const { position } = own;
  const theirs = snapshot.read((connection) => findLike(connection, own.id, file, format));
  if (theirs === undefined) return undefined;
  const whole = (await readCheckpoint(snapshot, theirs.id, format))?.whole;
  if (whole === undefined) return undefined;
  const rows = await compareRows(snapshot, own.id, theirs.id, whole.position.revision);
  if (rows === undefined) return undefined;
  const others: StoredRow[] = [];
  for (let start = 0; start < rows.others.length; start += ROWS_PER_TURN) {
    await snapshot.pause();
    const part = rows.others.slice(start, start + ROWS_PER_TURN);
    others.push(...snapshot.read((connection) => readRows(connection, own.id, part)));
  }
  others.sort((one, other) => one.revision - other.revision);
  return { bytes: whole.bytes, position, same: rows.same, others };
}

/** Returns the project with a usable checkpoint that shares most of a sample of rows. */
function findLike(connection: SqliteConnection, own: number, file: string, format: number): ProjectState | undefined {
  const rows = countRows(connection, own);
  const stride = Math.max(1, Math.floor(rows / SAMPLED));
  let [found, most]: [ProjectState | undefined, number] = [undefined, 0];
  for (const [name] of connection.all(SELECT_CANDIDATES, format, own)) {
    const state = readProject(connection, file, String(name));
    const header = readHeader(connection, state.id);
    if (header === undefined || !checkHeader(connection, state, header).continues) continue;
    const like = Number(connection.get(COUNT_LIKE, own, stride, state.id)?.[0]);
    if (like > most) [found, most] = [state, like];
  }
  return found;
}

interface ComparedRows {
  readonly same: ReadonlyMap<ProjectPath, OwnFacts>;
  readonly others: readonly ProjectPath[];
}

/** Returns `undefined` if too many rows differ, or the change log lacks a row. */
async function compareRows(snapshot: Snapshot, own: number, theirs: number, revision: number): Promise<ComparedRows | undefined> {
  const total = snapshot.read((connection) => countRows(connection, own));
  const same = new Map<ProjectPath, OwnFacts>();
  const others: ProjectPath[] = [];
  for (let after: number | undefined = 0; after !== undefined;) {
    if (after > 0) await snapshot.pause();
    const from: number = after;
    const page = snapshot.read((connection) => connection.all(COMPARE, revision, theirs, own, from));
    for (const [, path, changed, time, isSame] of page) {
      if (typeof changed !== "number") return undefined;
      const modifiedAt = isSame === 1 ? decodeModifiedAt(time) : undefined;
      if (modifiedAt === undefined) others.push(path as ProjectPath);
      else same.set(path as ProjectPath, { revision: changed, modifiedAt });
    }
    if (others.length > total * MOST_OTHERS) return undefined;
    after = page.length < ROWS_PER_TURN ? undefined : Number(page.at(-1)?.[0]);
  }
  return { same, others };
}
