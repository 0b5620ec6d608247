import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import type { TreeStatus } from "../calls/tree-freshness.ts";
import { putFile, removeFile } from "./cookies/cookie-directory.ts";
import { isRunning } from "./is-running.ts";

/** Which watcher does the work for a tree and a database, as the lease file says. */
export interface Lease {
  readonly token: string;
  readonly pid: number;
  /** When the lease was renewed last, in milliseconds since the Unix epoch. */
  readonly beatAt: number;
  readonly status: TreeStatus;
}

export const BEAT_MS = 2_000;
/**
 * If a lease is older than this, its holder must be dead, even if its process exists: it may be
 * stopped, or another process has the number by now. The same if the lease is that far in the
 * future, because somebody set the clock back.
 */
const EXPIRES_MS = 3 * BEAT_MS;

/**
 * If several watchers watch one tree for one database, the holder of the lease takes over changes
 * at once. The others compare the changes later, and find them done. The lease is a file beside the
 * cookies, for two reasons: a tree is watched on its own machine, and renewing the lease must not
 * write to a database. The lease only saves work: if two watchers hold it for a moment, they do the
 * same work twice.
 */
export class TreeLease {
  readonly #file: string;
  readonly #token: string = randomUUID();
  readonly #clock: Clock;
  #isHolder = false;

  constructor(directory: string, identity: string, clock: Clock) {
    this.#file = leaseFile(directory, identity);
    this.#clock = clock;
  }

  get isHolder(): boolean {
    return this.#isHolder;
  }

  /**
   * Takes or renews the lease, unless another watcher holds it. If the folder is not writable, each
   * watcher does the work.
   */
  beat(status: TreeStatus): void {
    const present = readLease(this.#file, this.#clock);
    this.#isHolder = present === undefined || present.token === this.#token;
    if (!this.#isHolder) return;
    const lease: Lease = { token: this.#token, pid: process.pid, beatAt: this.#clock.now(), status };
    putFile(this.#file, JSON.stringify(lease));
  }

  release(): void {
    if (readLease(this.#file, this.#clock)?.token === this.#token) removeFile(this.#file);
    this.#isHolder = false;
  }
}

/** Returns the lease in a folder of cookies, or `undefined` if nobody holds it. */
export function findLease(directory: string, identity: string, clock: Clock): Lease | undefined {
  return readLease(leaseFile(directory, identity), clock);
}

/** Returns a text for names of files that is different for each project of each database. */
export function identityMark(identity: string): string {
  return createHash("sha256").update(identity).digest("hex").slice(0, 16);
}

function leaseFile(directory: string, identity: string): string {
  return join(directory, `watcher-${identityMark(identity)}`);
}

function readLease(file: string, clock: Clock): Lease | undefined {
  try {
    const lease = JSON.parse(readFileSync(file, "utf8")) as Lease;
    const isCurrent = Math.abs(clock.now() - lease.beatAt) < EXPIRES_MS && isRunning(lease.pid);
    return isCurrent && typeof lease.token === "string" ? lease : undefined;
  } catch {
    return undefined;
  }
}
