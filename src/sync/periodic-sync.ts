import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { DatabaseSynchronizer } from "./database-synchronizer.ts";

/** So that a fleet that was started together does not go on asking together. */
const JITTER = 0.1;

/**
 * Synchronises again and again, each time `intervalMs`, give or take a tenth, after the last one ended: never two at a time, whatever one
 * takes. A failure is logged and tried again at the next interval. The timer keeps no process alive.
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

  /** No sync begins afterwards; one that runs is left to end. */
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
      this.#logger.error(`periodic sync failed, what is cached goes on being served: ${messageOf(error)}`);
    }
    this.#schedule();
  }
}
