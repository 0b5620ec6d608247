import type { PoolClient } from "pg";

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
}

/** One connection, for as long as it is held. What it throws is as `pg` threw it. */
export class PostgresSession {
  readonly #owner: SessionOwner;
  readonly #client: PoolClient;
  readonly #onEnd: () => void;
  /** Settles when the statement that was sent last has ended: a connection takes one at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(owner: SessionOwner, client: PoolClient, onEnd: () => void) {
    this.#owner = owner;
    this.#client = client;
    this.#onEnd = onEnd;
  }

  /** Rows as arrays in the order of the SELECT. */
  query({ name, text }: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#inTurn(async () => {
      const query = { text, values: [...values], rowMode: "array" as const };
      return (await this.#client.query<unknown[]>(this.#owner.prepares ? { ...query, name } : query)).rows;
    });
  }

  /** Runs statements without values and without a result. */
  async exec(sql: string): Promise<void> {
    await this.#inTurn(() => this.#client.query(sql));
  }

  /** Gives the connection back, or closes it where it is of no more use; idempotent. */
  end(reusable: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
    this.#client.release(!reusable);
  }

  #inTurn<T>(send: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      this.#owner.assertOpen();
      return send();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }
}
