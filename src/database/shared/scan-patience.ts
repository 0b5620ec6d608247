import type { Clock } from "../../base/clock.ts";
import { DatabaseUnavailableError, MetacacheError } from "../../base/errors.ts";

/** If nobody takes a page for this long, the scan is considered forgotten. */
const ABANDONED_MS = 60_000;

/**
 * Ends a scan that nobody reads any more. A scan holds a snapshot, for which the database keeps old
 * rows, and on a server also a connection.
 */
export class ScanPatience {
  readonly #clock: Clock;
  readonly #location: string;
  readonly #end: () => void;
  #cancel: () => void = () => undefined;
  #isClosed = false;
  #isAbandoned = false;

  constructor(clock: Clock, location: string, end: () => void) {
    this.#clock = clock;
    this.#location = location;
    this.#end = end;
    this.waitForReader();
  }

  /** From now on, this waits for the reader to take the next page. */
  waitForReader(): void {
    this.#cancel();
    if (this.#isClosed) return;
    this.#cancel = this.#clock.schedule(ABANDONED_MS, () => {
      this.#isAbandoned = true;
      this.#end();
    });
  }

  /** The reader is here and waits for a page, so the timer stops. */
  stopWaiting(): void {
    this.#cancel();
  }

  /** Returns true on the first call. */
  close(): boolean {
    this.#cancel();
    const isFirst = !this.#isClosed;
    this.#isClosed = true;
    return isFirst;
  }

  assertOpen(): void {
    if (this.#isAbandoned) {
      const problem = `the scan of the database ${this.#location} was ended, because nobody read on for ${ABANDONED_MS / 1_000} s`;
      throw new DatabaseUnavailableError("closed", problem, { remedy: "begin another scan" });
    }
    if (this.#isClosed) throw new MetacacheError("E_CLOSED", "the scan was closed before its end", { remedy: "begin another scan" });
  }
}
