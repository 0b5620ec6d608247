import { assert } from "../base/assert.ts";
import type { Clock, TimerPurpose } from "../base/clock.ts";
import { MetacacheError } from "../base/errors.ts";
import type { CacheState } from "./cache-state.ts";

interface Wait {
  readonly revision: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface RevisionWait {
  readonly revision: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Whether the wait keeps the process alive. */
  readonly purpose: TimerPurpose;
}

/** Those who wait until the state has reached a revision. */
export class RevisionWaits {
  readonly #state: Pick<CacheState, "revision" | "subscribe">;
  readonly #clock: Clock;
  readonly #waits = new Set<Wait>();

  constructor(state: Pick<CacheState, "revision" | "subscribe">, clock: Clock) {
    this.#state = state;
    this.#clock = clock;
    state.subscribe(({ kind }) => {
      if (kind === "advanced" || kind === "replaced") this.#reached(state.revision);
    });
  }

  /**
   * Resolves when the state is at that revision or a later one. `look` is a look at the database that may bring it: if it fails, so does the
   * wait. Throws `E_TIMEOUT` after `timeoutMs`, however long the look takes.
   */
  wait({ revision, timeoutMs, signal, purpose }: RevisionWait, look: Promise<unknown>): Promise<void> {
    assert(this.#state.revision < revision, "what is reached is not waited for");
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        end();
        reject(error);
      };
      const cancel = this.#clock.schedule(timeoutMs, () => fail(this.#lateError(revision, timeoutMs)), purpose);
      const onAbort = (): void => fail(signal?.reason);
      const end = (): void => {
        cancel();
        signal?.removeEventListener("abort", onAbort);
        this.#waits.delete(wait);
      };
      const wait: Wait = {
        revision,
        resolve: () => {
          end();
          resolve();
        },
        reject: fail,
      };
      this.#waits.add(wait);
      signal?.addEventListener("abort", onAbort, { once: true });
      look.catch(fail);
    });
  }

  /** Nobody waits any longer: they get `E_CLOSED`. */
  end(): void {
    for (const wait of this.#waits)
      wait.reject(
        new MetacacheError("E_CLOSED", "the cache was shut down while its revision was waited for", { remedy: "open another one" }),
      );
  }

  #reached(revision: number): void {
    for (const wait of this.#waits) if (wait.revision <= revision) wait.resolve();
  }

  #lateError(revision: number, timeoutMs: number): MetacacheError {
    return new MetacacheError(
      "E_TIMEOUT",
      `the cache is at revision ${this.#state.revision}, not yet at ${revision}, after ${timeoutMs} ms`,
      { remedy: "give the wait more time with timeoutMs" },
    );
  }
}
