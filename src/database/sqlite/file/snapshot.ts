import type { Clock } from "../../../base/clock.ts";
import type { MetacacheError } from "../../../base/errors.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** What a snapshot needs of the file that it is of. */
interface SnapshotOwner {
  readonly clock: Clock;
  assertOpen(): void;
  assertWhole(): void;
  toError(error: unknown): MetacacheError;
}

/** The database as it was at one moment, on a connection of its own. Hold it shortly: SQLite's log grows while it is held. */
export class Snapshot {
  readonly #owner: SnapshotOwner;
  readonly #connection: SqliteConnection;
  readonly #onEnd: (reusable: boolean) => void;
  #ended = false;

  constructor(owner: SnapshotOwner, connection: SqliteConnection, onEnd: (reusable: boolean) => void) {
    this.#owner = owner;
    this.#connection = connection;
    this.#onEnd = onEnd;
  }

  /** Runs `task`, which must be synchronous. Throws metacache's errors; whatever went wrong, the snapshot is of no more use. */
  read<T>(task: (connection: SqliteConnection) => T): T {
    this.#owner.assertOpen();
    try {
      const result = task(this.#connection);
      this.#owner.assertWhole();
      return result;
    } catch (error) {
      this.#end(false);
      throw this.#owner.toError(error);
    }
  }

  /** Lets other work run between two reads of a long series. */
  pause(): Promise<void> {
    return this.#owner.clock.yield();
  }

  /** Idempotent. */
  close(): void {
    if (this.#ended) return;
    try {
      this.#connection.run("COMMIT");
    } catch {
      // It was only read: what matters is that the connection is used no more.
      this.#end(false);
      return;
    }
    this.#end(true);
  }

  /** Ends it at once, whoever uses it: their next read throws. */
  discard(): void {
    this.#end(false);
  }

  #end(reusable: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(reusable);
  }
}
