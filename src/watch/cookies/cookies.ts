import { randomUUID } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { lookAt } from "../../files/open-databases.ts";
import { COOKIE, makeCookieDirectory, removeFile } from "./cookie-directory.ts";
import { isRunning } from "../is-running.ts";

/** A cookie older than this was left behind by a process that died. */
const LEFT_BEHIND_MS = 600_000;

/**
 * `seen`: the event came. `lost`: the event may be among lost events, or the watch ended. `silent`:
 * no event came.
 */
export type CookieFate = "lost" | "seen" | "silent";

/**
 * Writes files to get their events. When the event of a cookie has come, all events from before it
 * have come, too.
 */
export class Cookies {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #own: string = `${COOKIE}${process.pid}-${randomUUID()}`;
  readonly #waiting = new Map<string, (fate: CookieFate) => void>();
  #count = 0;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Makes the folder. Returns false if that fails. Then there are no cookies. */
  prepare(): boolean {
    try {
      if (!makeCookieDirectory(this.#directory)) return false;
      for (const name of readdirSync(this.#directory)) this.#removeOld(name);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Ignores a file that is gone or cannot be removed: other watchers make and remove files in this
   * folder at the same time, and cookies work without this.
   */
  #removeOld(name: string): void {
    const file = join(this.#directory, name);
    const stats = lookAt(file);
    if (stats === undefined) return;
    // A process that another machine or container knows may be missing here. That does no harm: the
    // event of its cookie has come when the file can be seen.
    if (isLeftByDead(name) || this.#clock.now() - stats.mtimeMs > LEFT_BEHIND_MS) removeFile(file);
  }

  /** Writes a cookie, and waits up to `limitMs` for its event. Resolves to what happened to it. */
  async awaitCookie(limitMs: number): Promise<CookieFate> {
    const name = `${this.#own}-${this.#count++}`;
    const file = join(this.#directory, name);
    const { promise, resolve } = Promise.withResolvers<CookieFate>();
    this.#waiting.set(name, resolve);
    const cancel = this.#clock.schedule(limitMs, () => resolve("silent"), "awaited");
    try {
      writeFileSync(file, "", { flag: "wx" });
      return await promise;
    } catch {
      return "silent";
    } finally {
      cancel();
      this.#waiting.delete(name);
      removeFile(file);
    }
  }

  seen(names: readonly string[]): void {
    for (const name of names) this.#waiting.get(name)?.("seen");
  }

  /** Ends every wait with `lost`, because the events may never come. */
  giveUp(): void {
    for (const resolve of this.#waiting.values()) resolve("lost");
  }
}

/** True if a cookie's name gives a process that this system does not have. */
function isLeftByDead(name: string): boolean {
  const [, pid] = /^cookie-(\d+)-/.exec(name) ?? [];
  return pid !== undefined && !isRunning(Number(pid));
}
