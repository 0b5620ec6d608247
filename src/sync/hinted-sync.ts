import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import type { DatabaseSynchronizer } from "./database-synchronizer.ts";

/**
 * After this time without a hint, look at the store anyway: a hint may get lost, and each answer
 * says how old the last look is.
 */
const LOOK_MS = 5_000;
/**
 * Hints that come within this time after a look share the next look. If others write all the time,
 * this pause lets other work run.
 */
const PAUSE_MS = 10;
/** The wait after the first failure. Each further failure doubles it, up to `LOOK_MS`. */
const FIRST_RETRY_MS = 250;

/**
 * Looks at a store as soon as the store hints at a change, and every few seconds without a hint. If
 * a hint comes during a look, another look follows. A look that failed is repeated. The timers do
 * not keep the process alive.
 */
export class HintedSync {
  readonly #store: ProjectStore;
  readonly #synchronizer: Pick<DatabaseSynchronizer, "catchUp">;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #unwatch: () => void = () => undefined;
  #cancel: () => void = () => undefined;
  #isLooking = false;
  #isLookRequested = false;
  #failures = 0;
  #stopped = false;

  constructor(store: ProjectStore, synchronizer: Pick<DatabaseSynchronizer, "catchUp">, clock: Clock, logger: Logger) {
    this.#store = store;
    this.#synchronizer = synchronizer;
    this.#clock = clock;
    this.#logger = logger;
  }

  start(): void {
    this.#unwatch = this.#store.watch(() => this.#requestLook());
    // Changes between the first load and now have given no hint.
    this.#schedule(PAUSE_MS);
  }

  /** Afterwards no look begins. A running look goes on to its end. */
  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    this.#cancel();
  }

  #requestLook(): void {
    this.#isLookRequested = true;
    if (this.#isLooking || this.#stopped) return;
    this.#isLooking = true;
    this.#cancel();
    void this.#lookNow();
  }

  async #lookNow(): Promise<void> {
    this.#isLookRequested = false;
    try {
      await this.#synchronizer.catchUp();
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      if (this.#failures === 1 && !this.#stopped) {
        this.#logger.warn(`the database cannot be read, answers come from the cached state: ${messageOf(error)}`);
      }
    }
    this.#schedule(
      this.#failures > 0 ? Math.min(FIRST_RETRY_MS * 2 ** (this.#failures - 1), LOOK_MS) : this.#isLookRequested ? PAUSE_MS : LOOK_MS,
    );
    this.#isLooking = false;
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#clock.schedule(ms, () => {
      this.#requestLook();
    });
  }
}
