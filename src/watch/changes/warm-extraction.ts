import type { Clock } from "../../base/clock.ts";
import type { ExtractionSettings } from "../../extraction/extract-source-file.ts";
import { type Extraction, ExtractionPool } from "../../extraction/pool/extraction-pool.ts";

/**
 * A thread with its parsers takes about 100 MB of memory. It ends after this time without a save.
 */
const IDLE_MS = 60_000;

/**
 * One extraction thread that stays alive between changes, so that a save does not have to wait for
 * the start of a thread. Does not keep the process alive.
 */
export class WarmExtraction {
  readonly #settings: Omit<ExtractionSettings, "root">;
  readonly #clock: Clock;
  #warm: { readonly root: string; readonly pool: ExtractionPool } | undefined;
  #leaving: Promise<void> = Promise.resolve();
  #cancel: () => void = () => undefined;

  constructor(settings: Omit<ExtractionSettings, "root">, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /**
   * Returns the extraction for an indexing run over this tree. The thread stays alive after the
   * run.
   */
  at(root: string): Extraction {
    this.#cancel();
    if (this.#warm?.root !== root) void this.end();
    const clock = this.#clock;
    this.#warm ??= { root, pool: new ExtractionPool({ workers: 1, extraction: { ...this.#settings, root }, clock, keepsAlive: false }) };
    const { pool } = this.#warm;
    return { lanes: pool.lanes, extract: (task) => pool.extract(task), close: () => this.#rest() };
  }

  /** Resolves when the thread is gone. */
  async end(): Promise<void> {
    this.#cancel();
    const pool = this.#warm?.pool;
    this.#warm = undefined;
    if (pool !== undefined) this.#leaving = Promise.all([this.#leaving, pool.close()]).then(() => undefined);
    await this.#leaving;
  }

  async #rest(): Promise<void> {
    this.#cancel();
    this.#cancel = this.#clock.schedule(IDLE_MS, () => void this.end());
  }
}
