import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";

/** A row as an array in the order of the SELECT: half the cost of an object, and no name of a column can surprise. */
export type Row = readonly SQLOutputValue[];

/**
 * One connection of `node:sqlite`, with each statement compiled once. Never waits for a lock: SQLite would wait on
 * this thread, and the event loop with it. What it throws is as SQLite threw it.
 *
 * Uses only what Node.js 22.16 has: no `?1`, which its version cannot bind. Never bind an object as the first value: it
 * would be taken for named parameters, and the others be NULL.
 */
export class SqliteConnection {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string | URL, readOnly: boolean) {
    this.#database = new DatabaseSync(file, { readOnly, timeout: 0, enableForeignKeyConstraints: false });
  }

  /** Runs statements that are used once; no values, no result. */
  exec(sql: string): void {
    this.#database.exec(sql);
  }

  /** Returns how many rows it changed by itself, its triggers apart. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return Number(this.#prepare(sql).run(...values).changes);
  }

  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#prepare(sql).all(...values) as unknown as readonly Row[];
  }

  /** Ends a transaction without its changes, if SQLite has not done so already. */
  rollback(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // There was none any more: some errors end the transaction themselves. What led here is what matters.
    }
  }

  /** Idempotent. Ends an open transaction without committing it. */
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
