import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { DatabaseSynchronizer } from "./database-synchronizer.ts";

/**
 * A random part of the interval, so that caches that were started together do not all ask at the
 * same time.
 */
const JITTER = 0.1;

/**
 * Synchronizes again and again. The next sync begins `intervalMs`, plus or minus a tenth, after the
 * last one has ended, so two syncs never run at the same time. A failure is logged, and the next
 * interval tries again. The timer does not keep the process alive.
 */
export class PeriodicSync {
  readonly #synchronizer: Pick<DatabaseSynchronizer, "synchronize">;
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(synchronizer: Pick<DatabaseSynchronizer, "synchronize">, intervalMs: number, clock: Clock, logger: Logger) {
    this.#synchronizer = synchronizer;
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#logger = logger;
  }

  start(): void {
    this.#schedule();
  }

  /** Afterwards no sync begins. A running sync goes on to its end. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #schedule(): void {
    if (!this.#stopped)
      this.#cancel = this.#clock.schedule(this.#intervalMs * (1 + JITTER * (2 * Math.random() - 1)), () => void this.#tick());
  }

  async #tick(): Promise<void> {
    try {
      await this.#synchronizer.synchronize();
    } catch (error) {
      this.#logger.error(`periodic sync failed, answers come from the cached state: ${messageOf(error)}`);
    }
    this.#schedule();
  }
}
