import { DatabaseSync } from "node:sqlite";
import { problemOf, remedyOf } from "../../base/errors.ts";
import { type Finding, finding } from "../../base/finding.ts";
import { CHANGE_LOG_PROBLEMS, CHANGES_UNNOTICED, damagedCheckpoint } from "../shared/fault-texts.ts";
import { readCheckpoint } from "./checkpoint-rows.ts";
import { bytesOnDisk } from "./file/file-identity.ts";
import { MIGRATIONS } from "./migrations/migrations.ts";
import type { SqliteConnection } from "./file/sqlite-connection.ts";
import type { SqliteFile } from "./file/sqlite-file.ts";

const HUGE_LOG_BYTES = 1024 * 1024 * 1024;

/**
 * Examines a database file: its pages, its schema and its change log, and if anything prevents
 * writing.
 */
export async function examineSqliteFile(file: SqliteFile): Promise<readonly Finding[]> {
  const rebuild = "run `metacache index --rebuild`";
  const damaged = await file.read((connection) => examinePages(connection, rebuild));
  // The other checks mean nothing for a damaged file.
  if (damaged.length > 0) return damaged;
  return [
    ...(await file.read((connection) => [...examineSchema(connection, rebuild), ...examineChangeLog(connection, rebuild)])),
    ...(await examineCheckpoints(file)),
    ...(await examineWriting(file)),
    ...examineLog(file.file),
  ];
}

function examinePages(connection: SqliteConnection, remedy: string): Finding[] {
  const answers = connection.all("PRAGMA quick_check(3)").map(([answer]) => String(answer));
  if (answers.length === 1 && answers[0] === "ok") return [];
  // A row that breaks a CHECK is not damage: nobody reads it, and `unreadable` lists it.
  const damages = answers.filter((answer) => !answer.startsWith("CHECK constraint failed"));
  return damages.map((problem) => finding("DATABASE_DAMAGED", `the file is damaged: ${problem}`, { remedy }));
}

/** Compares the tables, indexes and triggers with those of a new database. */
function examineSchema(connection: SqliteConnection, remedy: string): Finding[] {
  const fresh = new DatabaseSync(":memory:");
  for (const migration of MIGRATIONS) fresh.exec(migration.sql);
  const expected = new Map(
    fresh
      .prepare(SELECT_SCHEMA)
      .all()
      .map(({ name, sql }) => [String(name), String(sql)]),
  );
  fresh.close();
  const present = new Map(connection.all(SELECT_SCHEMA).map(([name, sql]) => [String(name), String(sql)]));
  const findings: Finding[] = [];
  for (const [name, sql] of expected) {
    if (present.get(name) === sql) continue;
    const how = present.has(name) ? "was altered" : "is gone from the schema";
    findings.push(finding("DATABASE_SCHEMA", `${name} ${how}: ${CHANGES_UNNOTICED}`, { remedy }));
  }
  return findings;
}

const SELECT_SCHEMA = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY name";

function examineChangeLog(connection: SqliteConnection, remedy: string): Finding[] {
  return CHANGE_LOG_CHECKS.flatMap(([problem, sql]) => {
    const count = Number(connection.get(sql)?.[0]);
    return count === 0 ? [] : [finding("DATABASE_CHANGE_LOG", `${problem}: ${count}`, { remedy })];
  });
}

/** Each query counts rows that cannot exist while the triggers are in place. */
const CHANGE_LOG_CHECKS: readonly (readonly [string, string])[] = [
  [
    CHANGE_LOG_PROBLEMS.unlogged,
    `SELECT count(*) FROM file WHERE NOT EXISTS
       (SELECT 1 FROM change WHERE project_id = file.project_id AND path = file.path AND deleted = 0)`,
  ],
  [
    CHANGE_LOG_PROBLEMS.orphaned,
    `SELECT count(*) FROM change WHERE deleted = 0 AND NOT EXISTS
       (SELECT 1 FROM file WHERE project_id = change.project_id AND path = change.path)`,
  ],
  [
    CHANGE_LOG_PROBLEMS.ahead,
    "SELECT count(*) FROM change JOIN project ON project.id = change.project_id WHERE change.revision > project.revision",
  ],
  [
    CHANGE_LOG_PROBLEMS.forgotten,
    `SELECT count(*) FROM project WHERE revision > 0 AND NOT EXISTS
       (SELECT 1 FROM history WHERE project_id = project.id AND revision = project.revision AND token = project.token)`,
  ],
];

async function examineCheckpoints(file: SqliteFile): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [id, name] of await file.read((connection) => connection.all("SELECT id, name FROM project ORDER BY id"))) {
    const { snapshot } = await file.openSnapshot((connection) => connection.get("SELECT id FROM store"), "turns");
    const found = await readCheckpoint(snapshot, Number(id)).finally(() => snapshot.close());
    if (found?.damage !== undefined) findings.push(damagedCheckpoint(String(name), found.damage));
  }
  return findings;
}

async function examineWriting(file: SqliteFile): Promise<Finding[]> {
  try {
    await file.write(() => undefined);
    return [];
  } catch (error) {
    const remedy =
      remedyOf(error) ?? "end the program that holds a transaction open, let the current user write the file, or free some space";
    return [finding("DATABASE_WRITE", `nothing can be written: ${problemOf(error)}`, { remedy })];
  }
}

function examineLog(file: string): Finding[] {
  if (bytesOnDisk(`${file}-wal`) < HUGE_LOG_BYTES) return [];
  const remedy = "end the program that has kept a transaction on it open; the next write then moves the log into the database";
  return [finding("DATABASE_LOG_SIZE", `the write-ahead log ${file}-wal has grown beyond 1 GiB`, { remedy })];
}
