import type { Clock } from "../../../base/clock.ts";
import type { MetacacheError } from "../../../base/errors.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";

/** What a snapshot needs of its file. */
interface SnapshotFile {
  readonly clock: Clock;
  assertOpen(): void;
  assertWhole(): void;
  toError(error: unknown): MetacacheError;
}

/**
 * The database as it was at one moment, on a connection of its own. Hold it only for a short time:
 * SQLite's log grows meanwhile.
 */
export class Snapshot {
  readonly #file: SnapshotFile;
  readonly #connection: SqliteConnection;
  readonly #onEnd: (reusable: boolean) => void;
  #ended = false;

  constructor(file: SnapshotFile, connection: SqliteConnection, onEnd: (reusable: boolean) => void) {
    this.#file = file;
    this.#connection = connection;
    this.#onEnd = onEnd;
  }

  /**
   * Runs `task`, which must be synchronous. Throws errors of metacache. After an error the snapshot
   * has ended.
   */
  read<T>(task: (connection: SqliteConnection) => T): T {
    this.#file.assertOpen();
    try {
      const result = task(this.#connection);
      this.#file.assertWhole();
      return result;
    } catch (error) {
      this.#end(false);
      throw this.#file.toError(error);
    }
  }

  /** Lets other work run between two reads of a long series. */
  pause(): Promise<void> {
    return this.#file.clock.yield();
  }

  /** May be called more than once. */
  close(): void {
    if (this.#ended) return;
    try {
      this.#connection.run("COMMIT");
    } catch {
      // The snapshot was only read, so nothing is lost. But the connection must not be used again.
      this.#end(false);
      return;
    }
    this.#end(true);
  }

  /** Ends the snapshot at once, even if somebody uses it: their next read throws. */
  discard(): void {
    this.#end(false);
  }

  #end(reusable: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(reusable);
  }
}
