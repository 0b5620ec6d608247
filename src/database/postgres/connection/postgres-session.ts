import { MetacacheError } from "../../../base/errors.ts";
import type { PostgresConnection } from "./postgres-connection.ts";

/** A statement that is used often. The server plans it once for each connection. */
export interface Statement {
  /** Each text has a name of its own. */
  readonly name: string;
  readonly text: string;
}

export type Row = readonly unknown[];

/** What a session needs of its server. */
interface SessionServer {
  /**
   * True if statements may be prepared by name. False behind a pooler that lends connections for
   * one transaction.
   */
  readonly prepares: boolean;
  assertOpen(): void;
  /** Called when the server has answered. */
  noteAnswer(): void;
}

/** One connection while it is held. Throws the errors of `pg`. */
export class PostgresSession {
  readonly #server: SessionServer;
  readonly #connection: PostgresConnection;
  readonly #onEnd: (reusable: boolean) => void;
  /** Settles when the last statement has ended. A connection takes one statement at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(server: SessionServer, connection: PostgresConnection, onEnd: (reusable: boolean) => void) {
    this.#server = server;
    this.#connection = connection;
    this.#onEnd = onEnd;
  }

  /**
   * True if statements outside of a transaction are reliable. False behind a pooler
   * (`session-settings.ts`).
   */
  get isDirect(): boolean {
    return this.#connection.isDirect;
  }

  /** The server's version. */
  get version(): number {
    return this.#connection.version;
  }

  /** Returns rows as arrays, in the order of the SELECT. */
  query({ name, text }: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#inTurn(async () => {
      const query = { text, values: [...values], rowMode: "array" as const };
      return (await this.#connection.client.query<unknown[]>(this.#server.prepares && this.isDirect ? { ...query, name } : query)).rows;
    });
  }

  /**
   * Runs statements without values and without a result. `limitMs` is for statements that take
   * longer than all others.
   */
  async exec(sql: string, limitMs?: number): Promise<void> {
    // The types of `pg` do not know that a statement can have its own time limit.
    const limit = limitMs === undefined ? {} : { query_timeout: limitMs };
    await this.#inTurn(() => this.#connection.client.query({ text: sql, ...limit }));
  }

  /**
   * Gives the connection back, or closes it if it is not reusable. May be called more than once.
   */
  end(reusable: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(reusable);
  }

  #inTurn<T>(send: () => Promise<T>): Promise<T> {
    const result = this.#last.then(async () => {
      this.#server.assertOpen();
      // By now, another session may have the connection.
      if (this.#ended) throw new MetacacheError("E_CLOSED", "the session with the server has ended", { remedy: "begin another session" });
      const answer = await send();
      this.#server.noteAnswer();
      return answer;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
