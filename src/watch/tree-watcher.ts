import { withSignal } from "../base/abort.ts";
import { type Clock, elapsedSince, LONGEST_MS, millisecondsSince, type Moment, currentMoment } from "../base/clock.ts";
import { messageOf, MetacacheError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { counted } from "../base/text/words.ts";
import type { AttachedTree, NotedChange, TreeAttachment, TreeFreshness, TreeStatus } from "../calls/tree-freshness.ts";
import { SharedTask } from "../sync/shared-task.ts";
import { answerQuestions } from "./ask-watcher.ts";
import { type Applied, ChangeApplier, type LookSettings } from "./changes/change-applier.ts";
import { Debounce } from "./changes/debounce.ts";
import { closedError, EventSource, type SourceSettings } from "./events/event-source.ts";
import { PendingChanges } from "./changes/pending-changes.ts";
import type { EventBatch } from "./thread/watch-messages.ts";
import type { WarmExtraction } from "./changes/warm-extraction.ts";
import type { WatchBatch } from "./watch-options.ts";
import { BEAT_MS, TreeLease } from "./tree-lease.ts";
import { WatchState } from "./watch-state.ts";
import type { WatchedCache } from "./changes/watched-cache.ts";
import { delayOfLooks } from "./watch-delays.ts";

export interface WatcherSettings extends Omit<SourceSettings, "onBatch" | "onDoubt"> {
  readonly look: LookSettings;
  readonly warm: WarmExtraction;
  readonly abort: AbortController;
  readonly lookSeconds: number;
  readonly onBatch: (batch: WatchBatch) => void;
  readonly onStatus: (status: TreeStatus) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps a cache in step with a source tree. Events say which paths to look at. If some events may
 * be lost, the watcher looks at everything. It writes the records that differ through the cache.
 * Its timers do not keep the process alive.
 */
export class TreeWatcher implements AttachedTree {
  readonly #givenRoot: string;
  readonly #cache: WatchedCache;
  readonly #settings: WatcherSettings;
  readonly #source: EventSource;
  readonly #applier: ChangeApplier;
  readonly #state = new WatchState();
  readonly #pending = new PendingChanges();
  readonly #debounce: Debounce;
  readonly #rounds = new SharedTask(() => this.#work());
  readonly #attachment: TreeAttachment;
  #failures = 0;
  #failure: Error | undefined;
  #gitBusySince: number | undefined;
  #lookMs = 0;
  #cancelLook: () => void = () => undefined;
  #cancelPulse: () => void = () => undefined;
  #cancelRetry: () => void = () => undefined;
  #cancelBeat: () => void = () => undefined;
  #cancelTurn: (() => void) | undefined;
  #lease: TreeLease | undefined;
  #leaseOf = "";
  #told = "";
  #ending: Promise<void> | undefined;

  constructor(givenRoot: string, cache: WatchedCache, settings: WatcherSettings) {
    const { clock, look, warm } = settings;
    this.#givenRoot = givenRoot;
    this.#cache = cache;
    this.#settings = settings;
    this.#applier = new ChangeApplier(cache, look, warm);
    this.#debounce = new Debounce(clock, () => this.#flush());
    this.#source = new EventSource(givenRoot, {
      ...settings,
      onBatch: (batch) => this.#receive(batch),
      onDoubt: (reason) => {
        this.#doubt(reason);
        this.#retry(true);
      },
    });
    this.#attachment = cache.attachTree(this);
  }

  /** The real path of the tree. */
  get root(): string {
    return this.#source.places?.root ?? this.#givenRoot;
  }

  /** Sets the watches, and looks at everything once. */
  async start(): Promise<void> {
    await this.#awaited(this.#source.arm());
    await this.#lookNow("the watcher started");
    this.#assertOpen();
    this.#pulse(currentMoment(this.#settings.clock));
    this.#beat();
  }

  status(): TreeStatus {
    const { obstacle, directories } = this.#source;
    return this.#state.status({
      root: this.root,
      obstacle,
      everySeconds: Math.round(this.#delay() / 1_000),
      isHolder: this.#lease?.isHolder ?? true,
      directories,
      pending: this.#pending.size,
    });
  }

  noteStoreChange(changes: readonly NotedChange[] | undefined): void {
    if (this.#state.isOff) return;
    if (changes === undefined) return this.#doubt("the database has other records than before");
    const foreign = this.#applier.foreign(changes);
    if (foreign.length === 0) return;
    this.#pending.add(foreign);
    this.#debounce.poke();
  }

  /** Looks at everything now. */
  async look(): Promise<void> {
    this.#assertOpen();
    await this.#lookNow("the caller asked for it");
  }

  async settled({ timeoutMs }: { readonly timeoutMs: number }): Promise<TreeFreshness> {
    this.#assertOpen();
    const { clock } = this.#settings;
    const proof = new Proof();
    const { promise: over, resolve } = Promise.withResolvers<"over">();
    const cancel = clock.schedule(timeoutMs, () => resolve("over"), "awaited");
    try {
      // Race only promises that live for this wait. A promise that lives longer would keep some
      // memory of each wait.
      await withSignal(Promise.race([this.#prove(proof), over]), this.#settings.abort.signal);
    } finally {
      cancel();
      proof.isOver = true;
    }
    return this.#freshness(proof, timeoutMs);
  }

  close(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#state.isOff = true;
    this.#attachment.detach();
    this.#settings.abort.abort(closedError(this.root));
    this.#debounce.stop();
    this.#cancelLook();
    this.#cancelPulse();
    this.#cancelRetry();
    this.#cancelBeat();
    this.#cancelTurn?.();
    this.#lease?.release();
    await this.#source.stop();
    await this.#rounds.idle();
    await this.#settings.warm.end();
    this.#tell();
  }

  async #lookNow(reason: string): Promise<void> {
    this.#pending.needLook(reason);
    await this.#awaited(this.#rounds.execute());
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Keeps the process alive while a caller waits, because the threads that do the work do not.
   * Throws `E_CLOSED` if the watcher is closed meanwhile.
   */
  async #awaited(work: Promise<unknown>): Promise<void> {
    const cancel = this.#settings.clock.schedule(LONGEST_MS, () => undefined, "awaited");
    try {
      await withSignal(work, this.#settings.abort.signal);
    } finally {
      cancel();
    }
  }

  #assertOpen(): void {
    if (this.#state.isOff) throw closedError(this.root);
  }

  /**
   * When this resolves, every change before the call is in the cache. Each step needs what the step
   * before it found.
   */
  async #prove(proof: Proof): Promise<void> {
    if (this.#source.hasMoved) await this.#rearm("the folder was replaced, or a rule outside of it changed");
    const [isSeen] = await Promise.all([this.#source.catchUp(), this.#attachment.catchUp()]);
    if (!isSeen) this.#pending.needLook(this.#source.obstacle?.reason ?? "events did not arrive");
    this.#tell();
    proof.moment = this.#pending.moment;
    while (this.#pending.isBehind(proof.moment) && !proof.isOver && !this.#state.isOff) {
      await this.#rounds.execute();
      if (this.#pending.isBehind(proof.moment)) await this.#settings.clock.sleep(RETRY_MS);
    }
    proof.isDone = true;
  }

  #freshness({ moment, isDone }: Proof, timeoutMs: number): TreeFreshness {
    const { revision } = this.#cache;
    const { unread, doubt } = this.#applier;
    if (isDone && unread.size === 0 && doubt === undefined) return Object.freeze({ fresh: true, revision });
    const { paths, onlyThese } = this.#pending.behind(moment ?? Infinity);
    const behind = Object.freeze([...new Set([...paths, ...unread])].sort()) as typeof paths;
    if (isDone) {
      const reason = doubt ?? `${counted(unread.size, "file")} cannot be read`;
      return Object.freeze({ fresh: false, revision, behind, onlyThese: doubt === undefined, reason });
    }
    const why = this.#failure === undefined ? "" : `; the last attempt failed: ${messageOf(this.#failure)}`;
    const reason = `not proved within ${timeoutMs} ms${why}`;
    return Object.freeze({ fresh: false, revision, behind, onlyThese: onlyThese && moment !== undefined, reason });
  }

  #receive(batch: EventBatch): void {
    if (this.#state.isOff) return;
    this.#state.events += batch.events;
    this.#pending.add([...batch.paths, ...batch.ignored.filter((path) => this.#concerns(path))]);
    if (batch.overflow) {
      this.#state.overflows++;
      this.#pending.needLook(`${batch.events} events came at once: some may be lost`);
    }
    if (batch.rules) this.#pending.needLook("a rule that leaves out files changed");
    if (batch.head) this.#pending.needLook("git switched to another commit");
    if (batch.index) this.#pending.needIndex();
    if (batch.root) void this.#rearm("the folder was moved");
    if (!this.#pending.isEmpty) this.#debounce.poke();
    this.#answer(batch.cookies);
  }

  /** Answers questions of other processes. Only the holder of the lease answers. */
  #answer(names: readonly string[]): void {
    const { places } = this.#source;
    if (places === undefined || this.#lease?.isHolder !== true) return;
    answerQuestions(places.cookies, this.#attachment.identity, names, () => this.settled({ timeoutMs: LONGEST_ANSWER_MS }));
  }

  /** Takes the lease of the tree and this database, or renews it. */
  #beat(): void {
    const { places } = this.#source;
    const identity = `${places?.cookies} ${this.#attachment.identity}`;
    if (places !== undefined && identity !== this.#leaseOf) {
      this.#lease?.release();
      this.#lease = new TreeLease(places.cookies, this.#attachment.identity, this.#settings.clock);
      this.#leaseOf = identity;
    }
    this.#lease?.beat(this.status());
    this.#cancelBeat = this.#settings.clock.schedule(BEAT_MS, () => this.#beat());
  }

  /** Returns true if the cache fails to answer: the path may belong to the tree. */
  #concerns(path: string): boolean {
    try {
      return this.#applier.concerns(path);
    } catch {
      return true;
    }
  }

  #doubt(reason: string): void {
    this.#pending.needLook(reason);
    this.#debounce.poke();
    this.#tell();
  }

  async #rearm(reason: string): Promise<void> {
    await this.#source.arm();
    if (!this.#state.isOff) this.#doubt(reason);
  }

  /**
   * Waits while git changes the tree, because the next step of git would undo the work. If nobody
   * removes git's lock, stops waiting after two seconds.
   */
  #flush(): void {
    const { clock } = this.#settings;
    if (this.#source.places?.isGitBusy === true) {
      this.#gitBusySince ??= clock.microseconds();
      if (millisecondsSince(this.#gitBusySince, clock) < LONGEST_LOCK_MS) return this.#debounce.poke();
    } else this.#gitBusySince = undefined;
    if (this.#lease?.isHolder !== false) return void this.#rounds.execute();
    // The holder of the lease does the work. This watcher only compares the records later.
    this.#cancelTurn ??= clock.schedule(TURN_MS, () => {
      this.#cancelTurn = undefined;
      void this.#rounds.execute();
    });
  }

  /** Never rejects. If the work fails, it is tried again later. */
  async #work(): Promise<void> {
    if (this.#pending.isEmpty || this.#state.isOff) return;
    const { clock, logger } = this.#settings;
    const began = clock.microseconds();
    const work = this.#pending.take();
    try {
      const applied = await this.#applier.apply(this.root, work);
      this.#pending.done(applied.again);
      [this.#failures, this.#failure] = [0, undefined];
      this.#noteApplied(applied, millisecondsSince(began, clock));
      if (applied.again.length > 0) this.#retry(false);
    } catch (error) {
      this.#pending.giveBack();
      if (this.#state.isOff) return;
      this.#failure = error instanceof Error ? error : new MetacacheError("E_SOURCE", messageOf(error));
      if (this.#failures++ === 0)
        logger.warn(`the changes in ${this.root} could not be written to the cache. The watcher tries again: ${messageOf(error)}`);
      this.#retry(this.#source.hasMoved);
    }
  }

  #noteApplied({ report, lookReason, directories }: Applied, elapsedMs: number): void {
    this.#source.cover(directories, lookReason !== undefined);
    const { added, changed, removed } = report;
    if (lookReason !== undefined) {
      this.#state.looks++;
      this.#state.lastLookAt = this.#settings.clock.now();
      this.#state.lastLookReason = lookReason;
      // The time that extraction took does not say how long a look takes that finds few changes.
      if (added + changed + removed < FEW_CHANGES) this.#lookMs = elapsedMs;
      this.#scheduleLook();
    } else this.#state.batches++;
    if (lookReason !== undefined || added + changed + removed > 0)
      this.#settings.onBatch({ added, changed, removed, lookReason, revision: this.#cache.revision, elapsedMs });
    this.#tell();
  }

  /** Schedules another attempt after a failure, or after a file changed while it was read. */
  #retry(setsWatches: boolean): void {
    if (this.#state.isOff) return;
    const wait = Math.min(RETRY_MS * 2 ** Math.min(this.#failures, 10), LONGEST_RETRY_MS);
    this.#cancelRetry();
    this.#cancelRetry = this.#settings.clock.schedule(wait, () => {
      if (setsWatches) void this.#rearm("the watches were set again");
      else this.#debounce.poke();
    });
  }

  #delay(): number {
    return delayOfLooks(this.#settings.lookSeconds, this.#lookMs, this.#source.obstacle === undefined);
  }

  #scheduleLook(): void {
    this.#cancelLook();
    if (this.#state.isOff) return;
    this.#cancelLook = this.#settings.clock.schedule(this.#delay(), () => {
      const { obstacle } = this.#source;
      if (this.#lease?.isHolder === false) this.#scheduleLook();
      else if (obstacle?.mayPass === true) void this.#rearm(obstacle.reason);
      else this.#doubt(obstacle?.reason ?? "the regular look was due");
    });
  }

  /**
   * Compares the clocks to find out if the machine slept or the process stood still. Then events
   * may be lost.
   */
  #pulse(before: Moment): void {
    const { clock } = this.#settings;
    this.#cancelPulse = clock.schedule(PULSE_MS, () => {
      if (elapsedSince(before, clock) > PULSE_MS + STOOD_STILL_MS) this.#doubt("the machine slept, or the process stood still");
      else if (this.#source.hasMoved) void this.#rearm("the folder was replaced, or a rule outside of it changed");
      this.#pulse(currentMoment(clock));
    });
  }

  #tell(): void {
    const status = this.status();
    const told = `${status.state} ${status.reason}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#settings.onStatus(status);
  }
}

/** The progress of one wait. */
class Proof {
  /** The wait ends when everything that was known at this moment is in the cache. */
  moment: number | undefined;
  isDone = false;
  isOver = false;
}

const LONGEST_ANSWER_MS = 60_000;
/** How long a watcher without the lease leaves a change to the holder. */
const TURN_MS = 1_000;
const FEW_CHANGES = 20;
const LONGEST_LOCK_MS = 2_000;
const RETRY_MS = 50;
const LONGEST_RETRY_MS = 10_000;
const PULSE_MS = 5_000;
const STOOD_STILL_MS = 10_000;
