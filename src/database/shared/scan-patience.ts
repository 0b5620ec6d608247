import type { Clock } from "../../base/clock.ts";
import { DatabaseUnavailableError, MetacacheError } from "../../base/errors.ts";

/** Whoever takes no page for so long has forgotten the scan. */
const ABANDONED_MS = 60_000;

/** Ends a scan that nobody reads on: it holds a snapshot, for which the database keeps old rows, and on a server a connection too. */
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
    this.await();
  }

  /** From now on, the reader is expected to take the next page. */
  await(): void {
    this.#cancel();
    if (this.#isClosed) return;
    this.#cancel = this.#clock.schedule(ABANDONED_MS, () => {
      this.#isAbandoned = true;
      this.#end();
    });
  }

  /** The reader waits for a page, not the other way round. */
  met(): void {
    this.#cancel();
  }

  /** Whether this is the first time. */
  close(): boolean {
    this.#cancel();
    const isFirst = !this.#isClosed;
    this.#isClosed = true;
    return isFirst;
  }

  assertOpen(): void {
    if (this.#isAbandoned) {
      const problem = `the scan of the database ${this.#location} was given up, as nobody had read on for ${ABANDONED_MS / 1_000} s`;
      throw new DatabaseUnavailableError("closed", problem, { remedy: "begin another one" });
    }
    if (this.#isClosed) throw new MetacacheError("E_CLOSED", "the scan was closed before its end", { remedy: "begin another one" });
  }
}
