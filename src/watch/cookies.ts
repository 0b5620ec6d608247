import { randomUUID } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { codeOf } from "../base/errors.ts";
import { lookAt } from "../files/open-databases.ts";
import { COOKIE, makeCookieDirectory, removeFile } from "./cookie-directory.ts";

/** An older file was left behind by a process that died. */
const LEFT_BEHIND_MS = 600_000;

/**
 * `lost`: its event may be among those that were lost, or the watch has ended. `silent`: nothing
 * came.
 */
export type CookieFate = "lost" | "seen" | "silent";

/**
 * Files that are written for their event: as soon as it has come, so have the events of all that
 * happened before.
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

  /** Makes the folder; false if that cannot be, so that there are no cookies. */
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
   * Other watchers make and remove files there at the same time: one that is gone, or cannot be
   * removed, keeps nobody from a cookie.
   */
  #removeOld(name: string): void {
    const file = join(this.#directory, name);
    const stats = lookAt(file);
    if (stats === undefined) return;
    // A process that another machine or container knows may be missing here. That does no harm: the
    // event of its cookie has come when the file can be seen.
    if (isLeftByDead(name) || this.#clock.now() - stats.mtimeMs > LEFT_BEHIND_MS) removeFile(file);
  }

  /** Writes a cookie. Resolves to whether its event came within `limitMs`. */
  async bake(limitMs: number): Promise<CookieFate> {
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

  /** The events of those that are waited for may never come. */
  giveUp(): void {
    for (const resolve of this.#waiting.values()) resolve("lost");
  }
}

/** True if a cookie's name gives a process that this system does not have. */
function isLeftByDead(name: string): boolean {
  const [, pid] = /^cookie-(\d+)-/.exec(name) ?? [];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}
