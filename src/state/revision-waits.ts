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

/** The callers who wait until the state reaches a revision. */
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
   * Resolves when the state is at `revision` or later. `look` is a look at the database that may
   * bring the revision. If `look` fails, the wait fails too. Throws `E_TIMEOUT` after `timeoutMs`,
   * even if the look is still running.
   */
  wait({ revision, timeoutMs, signal, purpose }: RevisionWait, look: Promise<unknown>): Promise<void> {
    assert(this.#state.revision < revision, "the revision is not reached yet");
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        end();
        reject(error);
      };
      const cancel = this.#clock.schedule(timeoutMs, () => fail(this.#timeoutError(revision, timeoutMs)), purpose);
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

  /** Ends all waits: each throws `E_CLOSED`. */
  end(): void {
    for (const wait of this.#waits)
      wait.reject(
        new MetacacheError("E_CLOSED", "the cache was shut down while a caller waited for a revision", { remedy: "open another cache" }),
      );
  }

  #reached(revision: number): void {
    for (const wait of this.#waits) if (wait.revision <= revision) wait.resolve();
  }

  #timeoutError(revision: number, timeoutMs: number): MetacacheError {
    return new MetacacheError(
      "E_TIMEOUT",
      `the cache is at revision ${this.#state.revision} and did not reach revision ${revision} within ${timeoutMs} ms`,
      { remedy: "set a longer timeoutMs" },
    );
  }
}
