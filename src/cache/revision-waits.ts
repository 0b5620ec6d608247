import type { Clock } from "../base/clock.ts";
import { MetacacheError } from "../base/errors.ts";

interface Wait {
  readonly revision: number;
  readonly resolve: () => void;
  readonly reject: (error: MetacacheError) => void;
}

/** Those who wait until the cache has reached a revision. */
export class RevisionWaits {
  readonly #clock: Clock;
  readonly #waits = new Set<Wait>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when `reached` was called with that revision or a later one. Throws `E_TIMEOUT` after `timeoutMs`. */
  wait(revision: number, timeoutMs: number, describe: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.schedule(timeoutMs, () => {
        wait.reject(new MetacacheError("E_TIMEOUT", `${describe()} after ${timeoutMs} ms`));
      });
      const end = (): void => {
        cancel();
        this.#waits.delete(wait);
      };
      const wait: Wait = {
        revision,
        resolve: () => {
          end();
          resolve();
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      this.#waits.add(wait);
    });
  }

  reached(revision: number): void {
    for (const wait of this.#waits) if (wait.revision <= revision) wait.resolve();
  }

  /** Nobody waits any longer: they get `E_CLOSED`. */
  end(): void {
    for (const wait of this.#waits)
      wait.reject(new MetacacheError("E_CLOSED", "the cache was shut down while its revision was waited for"));
  }
}
