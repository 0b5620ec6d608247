import type { Clock, TimerPurpose } from "../base/clock.ts";
import { MetacacheError } from "../base/errors.ts";

interface Wait {
  readonly revision: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export interface RevisionWait {
  readonly revision: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** A look at the database that may bring the revision. If it fails, the wait fails. How long it takes is within `timeoutMs`. */
  readonly look: () => Promise<void>;
  /** For the message of `E_TIMEOUT`. */
  readonly late: () => string;
  /** Whether the wait keeps the process alive. */
  readonly purpose: TimerPurpose;
}

/** Those who wait until the cache has reached a revision. */
export class RevisionWaits {
  readonly #clock: Clock;
  readonly #waits = new Set<Wait>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when `reached` was called with that revision or a later one. Throws `E_TIMEOUT` after `timeoutMs`, whatever `look` does. */
  wait({ revision, timeoutMs, signal, look, late, purpose }: RevisionWait): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        end();
        reject(error);
      };
      const cancel = this.#clock.schedule(
        timeoutMs,
        () =>
          fail(new MetacacheError("E_TIMEOUT", `${late()} after ${timeoutMs} ms`, { remedy: "give the wait more time with timeoutMs" })),
        purpose,
      );
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
      look().catch(fail);
    });
  }

  reached(revision: number): void {
    for (const wait of this.#waits) if (wait.revision <= revision) wait.resolve();
  }

  /** Nobody waits any longer: they get `E_CLOSED`. */
  end(): void {
    for (const wait of this.#waits)
      wait.reject(
        new MetacacheError("E_CLOSED", "the cache was shut down while its revision was waited for", { remedy: "open another one" }),
      );
  }
}
