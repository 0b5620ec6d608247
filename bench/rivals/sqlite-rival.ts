import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Rival } from "./rival.ts";

/**
 * SQLite without a cache in front of it: a table of records as JSON, and a table of terms.
 * Everything that makes it fast at little cost is on: prepared statements, rows as arrays, a
 * covering primary key for terms, an index on (language, path), 16 KB pages, the write-ahead log,
 * statistics for the planner, and a page cache that holds all terms.
 */
export class SqliteRival implements Rival {
  readonly name = "SQLite";
  readonly configuration: string =
    "node:sqlite; record(id, path unique, language, json), index (language, path); term(kind, name, record_id) without rowid; " +
    "prepared statements, arrays for rows, 16 KB pages, WAL, ANALYZE, 64 MB of page cache; answers parsed by JSON.parse";
  readonly ordered = true;
  readonly #database: DatabaseSync;
  readonly #byPath: StatementSync;
  readonly #byLanguageAndFunction: StatementSync;
  readonly #byDocument: StatementSync;
  readonly #firstOfLanguage: StatementSync;
  readonly #countOfLanguageAndFunction: StatementSync;
  readonly #pathsMatching: StatementSync;
  #pattern: RegExp = /(?:)/;

  constructor(records: Iterable<FileMetadata>, directory: string) {
    this.#database = new DatabaseSync(join(directory, "sqlite-rival.db"));
    this.#database.exec(SETTINGS);
    const [isFilled] = rowsOf(this.#prepare("PRAGMA user_version"))[0] ?? [];
    if (isFilled === 0) this.#fill(records);
    // SQLite needs a user function for regular expressions. It is compiled once for each query.
    this.#database.function("matches", { deterministic: true }, (path) => (this.#pattern.test(String(path)) ? 1 : 0));
    this.#byPath = this.#prepare("SELECT json FROM record WHERE path = ?");
    this.#byLanguageAndFunction = this.#prepare(
      `SELECT record.json FROM term JOIN record ON record.id = term.record_id
       WHERE term.kind = ${FUNCTION} AND term.name = ? AND record.language = ? ORDER BY record.path`,
    );
    this.#byDocument = this.#prepare(
      `SELECT record.json FROM term JOIN record ON record.id = term.record_id
       WHERE term.kind = ${DOCUMENT} AND term.name = ? ORDER BY record.path`,
    );
    this.#firstOfLanguage = this.#prepare("SELECT json FROM record WHERE language = ? ORDER BY path LIMIT ?");
    this.#countOfLanguageAndFunction = this.#prepare(
      `SELECT count(*) FROM term JOIN record ON record.id = term.record_id
       WHERE term.kind = ${FUNCTION} AND term.name = ? AND record.language = ?`,
    );
    this.#pathsMatching = this.#prepare("SELECT path FROM record WHERE language = ? AND matches(path) ORDER BY path");
  }

  get(path: string): unknown {
    const row = this.#byPath.get(path) as unknown as readonly [string] | undefined;
    return row === undefined ? undefined : JSON.parse(row[0]);
  }

  byLanguageAndFunction(language: string, functionName: string): readonly unknown[] {
    return parsed(this.#byLanguageAndFunction, functionName, language);
  }

  byReferenceDoc(target: string): readonly unknown[] {
    return parsed(this.#byDocument, target);
  }

  firstOfLanguage(language: string, limit: number): readonly unknown[] {
    return parsed(this.#firstOfLanguage, language, limit);
  }

  countOfLanguageAndFunction(language: string, functionName: string): number {
    const [count] = this.#countOfLanguageAndFunction.get(functionName, language) as unknown as readonly [number];
    return count;
  }

  pathsOfLanguageMatching(language: string, pattern: string): readonly string[] {
    this.#pattern = new RegExp(pattern);
    return rowsOf(this.#pathsMatching, language).map(([path]) => path as string);
  }

  plain(item: unknown): unknown {
    return item;
  }

  close(): void {
    this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  #fill(records: Iterable<FileMetadata>): void {
    // One transaction: an interrupted run leaves nothing that the next run would take for all
    // records.
    this.#database.exec(`BEGIN; ${SCHEMA}`);
    const insertRecord = this.#database.prepare("INSERT INTO record (path, language, json) VALUES (?, ?, ?)");
    const insertTerm = this.#database.prepare("INSERT INTO staged (kind, name, record_id) VALUES (?, ?, ?)");
    for (const record of records) {
      const id = insertRecord.run(record.path, record.language, JSON.stringify(record)).lastInsertRowid;
      for (const { name } of record.functions) insertTerm.run(FUNCTION, name, id);
      for (const { target } of record.headerSections.referenceDocumentation) insertTerm.run(DOCUMENT, target, id);
    }
    // Inserted in order: a tree that grew by random inserts would be half empty.
    this.#database.exec(`INSERT OR IGNORE INTO term SELECT kind, name, record_id FROM staged ORDER BY kind, name, record_id;
      DROP TABLE staged; CREATE INDEX record_language_path ON record (language, path); ANALYZE; PRAGMA user_version = 1; COMMIT`);
  }
}

const FUNCTION = 1;
const DOCUMENT = 2;

const SETTINGS = "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536";
const SCHEMA = `
CREATE TABLE record (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, language TEXT NOT NULL, json TEXT NOT NULL) STRICT;
CREATE TABLE term (
  kind INTEGER NOT NULL, name TEXT NOT NULL, record_id INTEGER NOT NULL, PRIMARY KEY (kind, name, record_id)
) STRICT, WITHOUT ROWID;
CREATE TEMP TABLE staged (kind INTEGER, name TEXT, record_id INTEGER);`;

function parsed(statement: StatementSync, ...values: readonly SQLInputValue[]): readonly unknown[] {
  return rowsOf(statement, ...values).map(([json]): unknown => JSON.parse(json as string));
}

function rowsOf(statement: StatementSync, ...values: readonly SQLInputValue[]): readonly (readonly SQLOutputValue[])[] {
  return statement.all(...values) as unknown as readonly (readonly SQLOutputValue[])[];
}
