import { assert } from "../base/assert.ts";
import { type Finding, finding } from "../base/finding.ts";
import type { FrequencyMemory } from "./memory/frequency-memory.ts";
import { LinkedKeys } from "./linked-keys.ts";
import { grown } from "../base/grown.ts";

const WINDOW = 0;
const PROBATION = 1;
const PROTECTED = 2;
const LISTS = [WINDOW, PROBATION, PROTECTED] as const;
type List = (typeof LISTS)[number];

/** The paper's: how much of the main part is protected at most. */
const PROTECTED_SHARE = 0.8;

/**
 * The lists of W-TinyLFU: a window of what came last, by recency, and a main part that only the more frequently
 * used get into, in two lists by recency: on probation, and protected since it was used there.
 *
 * A victim is named before the newcomer that it makes room for is admitted, and where a batch leaves, the newcomers follow
 * one by one. So the window takes all newcomers, beyond its target, and the duels wait until the next victims are asked
 * for: then the window's oldest stand against the main part's first, one victim each, until the window is back at
 * its target less the newcomer's place. Whatever the batch, it leaves the window at its share, and a newcomer is safe until the next
 * batch. What is in the window beyond that (the cache was filled, or the target sank) moves to the main part without a duel.
 *
 * All calls are O(1), `takeVictim` on average: a key moves from the window once, and back to probation once for each use.
 */
export class WindowedKeys {
  /** How much of all keys the window has, from 0 to 1; one key at least. */
  windowShare: number;
  readonly #keys = new LinkedKeys(LISTS.length);
  readonly #frequencies: FrequencyMemory;
  #listOf = new Uint8Array(16);
  #identities = new Uint32Array(16);
  readonly #counts: [number, number, number] = [0, 0, 0];
  #windowTarget = 1;
  /** How many victims were taken in a row since the last admission, and in the batch before. */
  #batch = 0;
  #lastBatch = 1;

  constructor(frequencies: FrequencyMemory, windowShare: number) {
    this.#frequencies = frequencies;
    this.windowShare = windowShare;
  }

  get size(): number {
    return this.#keys.size;
  }

  has(key: number): boolean {
    return this.#keys.has(key);
  }

  /** The identity that `key` was admitted with last. */
  identityOf(key: number): number {
    return this.#identities[key] ?? 0;
  }

  admit(key: number, identity: number): void {
    this.#keys.append(WINDOW, key);
    this.#counts[WINDOW]++;
    this.#listOf = grown(this.#listOf, key + 1);
    this.#listOf[key] = WINDOW;
    this.#identities = grown(this.#identities, key + 1);
    this.#identities[key] = identity;
    if (this.#batch > 0) this.#lastBatch = this.#batch;
    this.#batch = 0;
  }

  touch(key: number): void {
    const list = this.#listIndexOf(key);
    if (list !== PROBATION) return this.#keys.moveToEnd(list, key);
    this.#move(key, PROTECTED);
    this.#limitProtected();
  }

  forget(key: number): void {
    if (this.#keys.remove(key)) this.#counts[this.#listIndexOf(key)]--;
  }

  takeVictim(): number | undefined {
    if (this.#batch++ === 0) this.#beginBatch();
    const candidate = this.#keys.first(WINDOW);
    const resident = this.#keys.first(PROBATION) ?? this.#keys.first(PROTECTED);
    const victim = this.#loserOf(candidate, resident);
    if (victim === undefined) return undefined;
    if (victim === resident && candidate !== undefined && this.#counts[WINDOW] >= this.#windowTarget) this.#move(candidate, PROBATION);
    this.forget(victim);
    return victim;
  }

  clear(): void {
    this.#keys.clear();
    this.#counts.fill(0);
    this.#batch = 0;
    this.#lastBatch = 1;
  }

  verify(): Finding[] {
    const findings = this.#keys.verify();
    for (const list of LISTS) {
      let count = 0;
      for (const key of this.#keys.keys(list)) {
        if (this.#listOf[key] !== list)
          findings.push(finding("EVICTION_LIST", `key ${key} of list ${this.#listOf[key]} is in list ${list}`));
        count++;
      }
      if (count !== this.#counts[list])
        findings.push(finding("EVICTION_COUNT", `list ${list} has ${count} keys but ${this.#counts[list]} counted`));
    }
    return findings;
  }

  #beginBatch(): void {
    this.#windowTarget = Math.max(1, Math.floor(this.#keys.size * this.windowShare));
    while (this.#counts[WINDOW] > this.#windowTarget - 1 + this.#lastBatch) this.#moveFirst(WINDOW, PROBATION);
    this.#limitProtected();
  }

  /** Also where the main part shrank: what is protected beyond its share would never be asked to leave. */
  #limitProtected(): void {
    const limit = PROTECTED_SHARE * (this.#counts[PROBATION] + this.#counts[PROTECTED]);
    while (this.#counts[PROTECTED] > limit) this.#moveFirst(PROTECTED, PROBATION);
  }

  /** A window that has not its share gives none up; a tie goes to the resident, or a loop would flush the main part. */
  #loserOf(candidate: number | undefined, resident: number | undefined): number | undefined {
    if (candidate === undefined || resident === undefined) return candidate ?? resident;
    if (this.#counts[WINDOW] < this.#windowTarget) return resident;
    return this.#frequencyOf(candidate) > this.#frequencyOf(resident) ? resident : candidate;
  }

  #frequencyOf(key: number): number {
    return this.#frequencies.of(this.identityOf(key));
  }

  #listIndexOf(key: number): List {
    return (this.#listOf[key] ?? WINDOW) as List;
  }

  #moveFirst(from: List, to: List): void {
    const first = this.#keys.first(from);
    assert(first !== undefined, "a list that is counted to have keys has a first one");
    this.#move(first, to);
  }

  #move(key: number, to: List): void {
    this.#counts[this.#listIndexOf(key)]--;
    this.#counts[to]++;
    this.#listOf[key] = to;
    this.#keys.moveToEnd(to, key);
  }
}
