import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";

/**
 * A row as an array in the order of the SELECT. It costs half as much as an object, and no name of
 * a column can cause trouble.
 */
export type Row = readonly SQLOutputValue[];

/**
 * One connection of `node:sqlite`, which compiles each statement once. Never waits for a lock:
 * SQLite would block this thread, and the event loop with it. Throws SQLite's own errors.
 *
 * Uses only features of Node.js 22.16. Its version cannot bind `?1`. Never bind an object as the
 * first value: Node would take it for named parameters, and all others would be NULL.
 */
export class SqliteConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string | URL, readOnly: boolean) {
    this.#database = new DatabaseSync(file, { readOnly, timeout: 0, enableForeignKeyConstraints: false });
  }

  /** Runs statements that are used once, without values and without a result. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /**
   * Returns how many rows the statement itself changed, without those that its triggers changed.
   */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#prepare(sql).all(...values) as unknown as readonly Row[];
  }

  /** Returns the rows up to the first one for which `isLast` returns true, and reads no others. */
  until(isLast: (row: Row) => boolean, sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    const rows: Row[] = [];
    for (const row of this.#prepare(sql).iterate(...values) as unknown as Iterable<Row>) {
      rows.push(row);
      if (isLast(row)) break;
    }
    return rows;
  }

  /** Ends a transaction without its changes, unless SQLite has already ended it. */
  rollback(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // Some errors end the transaction themselves. The error that led here is the one that
      // matters.
    }
  }

  /** May be called more than once. Ends an open transaction without committing it. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
