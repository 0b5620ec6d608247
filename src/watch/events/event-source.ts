import { readdirSync } from "node:fs";

import type { Clock } from "../../base/clock.ts";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import { resolveRoot } from "../../extraction/tree/source-tree.ts";
import { SharedTask } from "../../sync/shared-task.ts";
import { Cookies } from "../cookies/cookies.ts";
import { EventThread, type WatchEnd, WatchFailure } from "./event-thread.ts";
import { remoteMountOf } from "./mount-kinds.ts";
import type { EventBatch, WatchTask } from "../thread/watch-messages.ts";
import { TreePlaces } from "../tree-places.ts";
import { EMPTY_FOLDER, EMULATED, NO_COOKIES, type Obstacle, obstacleOf, remoteObstacle, SILENT } from "../watch-state.ts";

export interface SourceSettings extends Pick<WatchTask, "exclude" | "maxWatches" | "overflowAt" | "recursive"> {
  readonly clock: Clock;
  readonly onBatch: (batch: EventBatch) => void;
  /** Called if events may be lost, or no events come any more. Then everything needs a look. */
  readonly onDoubt: (reason: string) => void;
}

/**
 * The source of a tree's events. Continues if the folder is replaced, or if the thread that watches
 * it ends.
 */
export class EventSource {
  readonly #givenRoot: string;
  readonly #settings: SourceSettings;
  readonly #arming = new SharedTask(() => this.#armNow());
  #places: TreePlaces | undefined;
  #signature = "";
  #thread: EventThread | undefined;
  #cookies: Cookies | undefined;
  #obstacle: Obstacle | undefined;
  #directories = 0;
  #covered: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(givenRoot: string, settings: SourceSettings) {
    this.#givenRoot = givenRoot;
    this.#settings = settings;
  }

  /** Why events do not report all changes. `undefined` if they do. */
  get obstacle(): Obstacle | undefined {
    return this.#obstacle;
  }

  get directories(): number {
    return this.#directories;
  }

  get places(): TreePlaces | undefined {
    return this.#places;
  }

  /**
   * Sets every watch again. Never rejects: read `obstacle` instead. Everything needs a look
   * afterwards.
   */
  arm(): Promise<void> {
    return this.#arming.execute();
  }

  /** True if the root was replaced, or a rule outside of it changed, since the watches were set. */
  get hasMoved(): boolean {
    return this.#places === undefined || this.#places.signature(this.#givenRoot) !== this.#signature;
  }

  /**
   * True if the events of everything that happened before this call have come. False proves
   * nothing.
   */
  async catchUp(): Promise<boolean> {
    await this.#covered;
    const [thread, cookies] = [this.#thread, this.#cookies];
    if (thread === undefined || cookies === undefined) return false;
    const fate = await cookies.awaitCookie(COOKIE_LIMIT_MS);
    if (thread !== this.#thread || this.#isStopped) return false;
    if (fate === "silent") this.#obstacle ??= SILENT;
    else if (fate === "seen" && this.#obstacle === SILENT) this.#obstacle = undefined;
    return fate === "seen";
  }

  /**
   * Watches directories that a rule leaves out but that have files of the tree. `catchUp` waits
   * until that is done.
   */
  cover(directories: readonly string[], isWhole: boolean): void {
    if (this.#settings.recursive || this.#thread === undefined) return;
    const thread = this.#thread;
    const covering = thread.cover({ directories, isWhole }).then((count) => {
      if (thread === this.#thread && count !== undefined) this.#directories = count;
    });
    // A chain of results would grow with each change.
    this.#covered = this.#covered.then(() => covering);
  }

  /** Resolves when the thread is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cookies?.giveUp();
    await this.#thread?.stop();
    await this.#arming.idle();
    await this.#thread?.stop();
  }

  async #armNow(): Promise<void> {
    await this.#thread?.stop();
    this.#thread = undefined;
    this.#cookies?.giveUp();
    this.#cookies = undefined;
    this.#directories = 0;
    if (this.#isStopped) return;
    try {
      this.#obstacle = await this.#setWatches();
    } catch (error) {
      const { code, message } = error instanceof WatchFailure ? error.end : { code: "ENOENT", message: messageOf(error) };
      this.#obstacle = obstacleOf(code, message);
    }
  }

  async #setWatches(): Promise<Obstacle | undefined> {
    const { clock, exclude, maxWatches, overflowAt, recursive, onBatch } = this.#settings;
    const root = await resolveRoot(this.#givenRoot);
    const places = await TreePlaces.find(root, { clock });
    this.#places = places;
    this.#signature = places.signature(this.#givenRoot);
    // Do not make the folder for cookies in an empty root. That would hide that the root is empty,
    // and that a disk may be missing.
    if (readdirSync(root).length === 0) return EMPTY_FOLDER;
    const remote = remoteMountOf(root);
    if (remote !== undefined) return remoteObstacle(remote);
    const cookies = new Cookies(places.cookies, clock);
    const hasCookies = cookies.prepare();
    const task: WatchTask = {
      root,
      top: places.top,
      leavesOutInstalled: places.git === undefined,
      exclude,
      git: places.git,
      cookies: hasCookies ? places.cookies : undefined,
      recursive,
      maxWatches,
      overflowAt,
    };
    const thread = new EventThread(
      task,
      (batch) => {
        if (thread !== this.#thread) return;
        this.#directories = batch.directories;
        onBatch(batch);
        // Report the cookies after the events that came before them.
        cookies.seen(batch.cookies);
        if (batch.overflow) cookies.giveUp();
      },
      (end) => this.#ended(thread, end),
    );
    this.#thread = thread;
    this.#directories = await thread.armed;
    if (recursive && !HAS_RECURSIVE_WATCHES) return EMULATED;
    if (hasCookies) this.#cookies = cookies;
    return hasCookies ? undefined : NO_COOKIES;
  }

  #ended(thread: EventThread, { code, message }: WatchEnd): void {
    if (thread !== this.#thread || this.#isStopped) return;
    this.#thread = undefined;
    this.#directories = 0;
    this.#obstacle = obstacleOf(code, message);
    this.#cookies?.giveUp();
    this.#settings.onDoubt(this.#obstacle.reason);
  }
}

/**
 * On other systems Node.js imitates a recursive watch with many watches and lists of folders. It
 * reports some changes late or never.
 */
const HAS_RECURSIVE_WATCHES = process.platform === "darwin" || process.platform === "win32";

/** A hundred times the time of the slowest of 3,000 cookies. */
const COOKIE_LIMIT_MS = 1_000;

/** Throws `E_CLOSED`. */
export function closedError(root: string): MetacacheError {
  return new MetacacheError("E_CLOSED", `the watcher of ${root} is closed`, { remedy: "open another one" });
}
