import { MetacacheError } from "../../../base/errors.ts";
import type { PostgresConnection } from "./postgres-connection.ts";

/** A statement that is used again and again: the server plans it once for each connection. */
export interface Statement {
  /** One of its own for each text. */
  readonly name: string;
  readonly text: string;
}

export type Row = readonly unknown[];

/** What a session needs of the server that it is of. */
interface SessionOwner {
  /** Whether statements may be prepared by name: not where a pooler hands out connections by the transaction. */
  readonly prepares: boolean;
  assertOpen(): void;
  /** The server has answered. */
  noteAnswer(): void;
}

/** One connection, for as long as it is held. What it throws is as `pg` threw it. */
export class PostgresSession {
  readonly #owner: SessionOwner;
  readonly #connection: PostgresConnection;
  readonly #onEnd: (reusable: boolean) => void;
  /** Settles when the statement that was sent last has ended: a connection takes one at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(owner: SessionOwner, connection: PostgresConnection, onEnd: (reusable: boolean) => void) {
    this.#owner = owner;
    this.#connection = connection;
    this.#onEnd = onEnd;
  }

  /** Whether a statement outside of a transaction means what it says: not behind a pooler (`session-settings.ts`). */
  get isDirect(): boolean {
    return this.#connection.isDirect;
  }

  /** The server's version. */
  get version(): number {
    return this.#connection.version;
  }

  /** Rows as arrays in the order of the SELECT. */
  query({ name, text }: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#inTurn(async () => {
      const query = { text, values: [...values], rowMode: "array" as const };
      return (await this.#connection.client.query<unknown[]>(this.#owner.prepares && this.isDirect ? { ...query, name } : query)).rows;
    });
  }

  /** Runs statements without values and without a result; `limitMs` is for what takes longer than anything else. */
  async exec(sql: string, limitMs?: number): Promise<void> {
    // The types of `pg` do not know that a statement may have a time of its own.
    const limit = limitMs === undefined ? {} : { query_timeout: limitMs };
    await this.#inTurn(() => this.#connection.client.query({ text: sql, ...limit }));
  }

  /** Gives the connection back, or closes it where it is of no more use; idempotent. */
  end(reusable: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(reusable);
  }

  #inTurn<T>(send: () => Promise<T>): Promise<T> {
    const result = this.#last.then(async () => {
      this.#owner.assertOpen();
      // The connection may be another's by now.
      if (this.#ended) throw new MetacacheError("E_CLOSED", "the session with the server has ended", { remedy: "begin another one" });
      const answer = await send();
      this.#owner.noteAnswer();
      return answer;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
