import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import type { DatabaseSynchronizer } from "./database-synchronizer.ts";

/** How long to wait for a hint before looking without one: a hint may be lost, and an answer tells how old the last look is. */
const LOOK_MS = 5_000;
/** Hints that come in this time after a look share the next one: under constant writing, a pause for everything else. */
const PAUSE_MS = 10;
/** After a failure; doubled with each further one up to `LOOK_MS`. */
const FIRST_RETRY_MS = 250;

/**
 * Follows a store as soon as it hints at a change, and looks without a hint every few seconds. A hint that comes while a look is under
 * way is followed by another look; a look that failed is made again. Its timers keep no process alive.
 */
export class HintedSync {
  readonly #store: ProjectStore;
  readonly #synchronizer: Pick<DatabaseSynchronizer, "catchUp">;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #unwatch: () => void = () => undefined;
  #cancel: () => void = () => undefined;
  #isLooking = false;
  #isHinted = false;
  #failures = 0;
  #stopped = false;

  constructor(store: ProjectStore, synchronizer: Pick<DatabaseSynchronizer, "catchUp">, clock: Clock, logger: Logger) {
    this.#store = store;
    this.#synchronizer = synchronizer;
    this.#clock = clock;
    this.#logger = logger;
  }

  start(): void {
    this.#unwatch = this.#store.watch(() => this.#hint());
    // What changed between the first load and now has given no hint.
    this.#schedule(PAUSE_MS);
  }

  /** No look begins afterwards; one that is under way is left to end. */
  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    this.#cancel();
  }

  #hint(): void {
    this.#isHinted = true;
    if (this.#isLooking || this.#stopped) return;
    this.#isLooking = true;
    this.#cancel();
    void this.#lookNow();
  }

  async #lookNow(): Promise<void> {
    this.#isHinted = false;
    try {
      await this.#synchronizer.catchUp();
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      if (this.#failures === 1 && !this.#stopped) {
        this.#logger.warn(`the database cannot be followed, what is cached goes on being served: ${messageOf(error)}`);
      }
    }
    this.#schedule(
      this.#failures > 0 ? Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LOOK_MS) : this.#isHinted ? PAUSE_MS : LOOK_MS,
    );
    this.#isLooking = false;
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#clock.schedule(ms, () => {
      this.#hint();
    });
  }
}
