import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Clock } from "../base/clock.ts";
import type { TreeStatus } from "../calls/tree-freshness.ts";
import { putFile, removeFile } from "./cookie-directory.ts";

/** Who does the work of watching a tree for a database, as its file says. */
export interface Lease {
  readonly token: string;
  readonly pid: number;
  /** When it was renewed last, in milliseconds since the Unix epoch. */
  readonly beatAt: number;
  readonly status: TreeStatus;
}

export const BEAT_MS = 2_000;
/**
 * So old, or so far in the future after somebody has set the clock back, that its holder must be
 * dead.
 */
const EXPIRES_MS = 3 * BEAT_MS;

/**
 * Of several watchers of one tree and one database, the holder of the lease takes over changes at
 * once. The others compare them later, and find them done. The lease is a file beside the cookies:
 * a tree is watched on its own machine, and to renew the lease must not write to a database. It is
 * for sparing work alone: two that hold it for a moment do the same work twice.
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
   * Takes the lease, or renews it, unless another one holds it. Without the right to write, each
   * does the work.
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

/** The lease in a folder of cookies; `undefined` if nobody holds it. */
export function findLease(directory: string, identity: string, clock: Clock): Lease | undefined {
  return readLease(leaseFile(directory, identity), clock);
}

/** Tells one database's project from every other, in names of files. */
export function identityMark(identity: string): string {
  return createHash("sha256").update(identity).digest("hex").slice(0, 16);
}

function leaseFile(directory: string, identity: string): string {
  return join(directory, `watcher-${identityMark(identity)}`);
}

function readLease(file: string, clock: Clock): Lease | undefined {
  try {
    const lease = JSON.parse(readFileSync(file, "utf8")) as Lease;
    return Math.abs(clock.now() - lease.beatAt) < EXPIRES_MS && typeof lease.token === "string" ? lease : undefined;
  } catch {
    return undefined;
  }
}
