import { assert } from "../base/assert.ts";
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { Slices } from "../base/slices.ts";
import { IndexManager } from "../indexing/index-manager.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { CacheState } from "./cache-state.ts";

/** From here on an index is made anew: the cost for each record that went is that of copying one that stayed. */
const WORTH_IT = 2;
/** From here on writes wait until that is done: else a quick writer leaves it behind. */
const TOO_MUCH = 3;
/** About a millisecond's work. */
const RECORDS_PER_STEP = 64;

/** Gives memory of the index back once more than half of it is left over from what is gone: beside reads and writes, one run at a time. */
export class IndexCompaction {
  readonly #state: CacheState;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(state: CacheState, clock: Clock, logger: Logger) {
    this.#state = state;
    this.#clock = clock;
    this.#logger = logger;
    state.subscribe(({ kind }) => {
      if (kind === "advanced" || kind === "replaced") this.#consider();
    });
  }

  /** To be awaited after each write. */
  async keepUp(): Promise<void> {
    while (this.#running !== undefined && this.#state.index.takesMoreThan(TOO_MUCH)) await this.#running;
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Cheap if there is nothing to do. */
  #consider(): void {
    if (this.#stopped || this.#running !== undefined || !this.#state.index.takesMoreThan(WORTH_IT)) return;
    const { revision } = this.#state;
    this.#running = this.#run().then(
      () => {
        this.#running = undefined;
        // What went meanwhile may be worth another one.
        if (this.#state.revision !== revision) this.#consider();
      },
      (error: unknown) => {
        this.#running = undefined;
        this.#logger.warn(`the index goes on as it is, memory could not be given back: ${messageOf(error)}`);
      },
    );
  }

  async #run(): Promise<void> {
    // Not in the turn of the change that led to it.
    const slices = new Slices(this.#clock);
    await slices.pause();
    for (const _ of compact(this.#state)) {
      if (this.#stopped) return;
      if (slices.isOver) await slices.pause();
    }
  }
}

/**
 * Builds the same index anew, aside, in steps of about a millisecond, and puts it in the place of the present one: an index gives back
 * nothing by itself of what it took when it was larger. What changes meanwhile is copied at the end. A load that replaces the state ends it.
 */
function* compact(state: CacheState): Generator<void, void, undefined> {
  const before = state.index;
  const after = new IndexManager();
  const changed = new Set<ProjectPath>();
  const end = state.subscribe((event) => {
    if (event.kind === "advanced") for (const { path } of event.changes) changed.add(path);
  });
  try {
    for (const _ of copyInSteps(before, after)) {
      yield;
      if (state.index !== before) return;
    }
    while (changed.size > RECORDS_PER_STEP) {
      copySome(before, after, changed);
      yield;
      if (state.index !== before) return;
    }
    copySome(before, after, changed);
    assert(changed.size === 0, "all that changed meanwhile is copied");
    state.replaceIndex(after);
  } finally {
    end();
  }
}

/** Every record of `from`, into an index that has none; between two steps others may run. */
function* copyInSteps(from: IndexManager, to: IndexManager): Generator<void, void, undefined> {
  to.startLoading();
  let steps = 0;
  for (const path of from.paths()) {
    to.copyFrom(from, path);
    if (++steps % RECORDS_PER_STEP === 0) yield;
  }
  yield* to.finishLoading();
}

/** Takes paths out of `changed` and copies them, as many as a step may take. */
function copySome(from: IndexManager, to: IndexManager, changed: Set<ProjectPath>): void {
  let copied = 0;
  for (const path of changed) {
    if (copied++ === RECORDS_PER_STEP) return;
    changed.delete(path);
    to.copyFrom(from, path);
  }
}
