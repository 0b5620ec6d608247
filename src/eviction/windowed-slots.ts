import { assert } from "../base/assert.ts";
import { type Finding, finding } from "../base/finding.ts";
import type { FrequencyMemory } from "./memory/frequency-memory.ts";
import { LinkedSlots } from "./linked-slots.ts";
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
 * All calls are O(1), `takeVictim` on average: a slot moves from the window once, and back to probation once for each use.
 */
export class WindowedSlots {
  /** How much of all slots the window has, from 0 to 1; one slot at least. */
  windowShare: number;
  readonly #slots = new LinkedSlots(LISTS.length);
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
    return this.#slots.size;
  }

  has(slot: number): boolean {
    return this.#slots.has(slot);
  }

  /** The identity that `slot` was admitted with last. */
  identityOf(slot: number): number {
    return this.#identities[slot] ?? 0;
  }

  admit(slot: number, identity: number): void {
    this.#slots.append(WINDOW, slot);
    this.#counts[WINDOW]++;
    this.#listOf = grown(this.#listOf, slot + 1);
    this.#listOf[slot] = WINDOW;
    this.#identities = grown(this.#identities, slot + 1);
    this.#identities[slot] = identity;
    if (this.#batch > 0) this.#lastBatch = this.#batch;
    this.#batch = 0;
  }

  touch(slot: number): void {
    const list = this.#listIndexOf(slot);
    if (list !== PROBATION) return this.#slots.moveToEnd(list, slot);
    this.#move(slot, PROTECTED);
    this.#limitProtected();
  }

  forget(slot: number): void {
    if (this.#slots.remove(slot)) this.#counts[this.#listIndexOf(slot)]--;
  }

  takeVictim(): number | undefined {
    if (this.#batch++ === 0) this.#beginBatch();
    const fromWindow = this.#slots.first(WINDOW);
    const fromMain = this.#slots.first(PROBATION) ?? this.#slots.first(PROTECTED);
    const victim = this.#loserOf(fromWindow, fromMain);
    if (victim === undefined) return undefined;
    if (victim === fromMain && fromWindow !== undefined && this.#counts[WINDOW] >= this.#windowTarget) this.#move(fromWindow, PROBATION);
    this.forget(victim);
    return victim;
  }

  clear(): void {
    this.#slots.clear();
    this.#counts.fill(0);
    this.#batch = 0;
    this.#lastBatch = 1;
  }

  verify(): Finding[] {
    const findings = this.#slots.verify();
    for (const list of LISTS) {
      let count = 0;
      for (const slot of this.#slots.slots(list)) {
        if (this.#listOf[slot] !== list)
          findings.push(finding("EVICTION_LIST", `slot ${slot} of list ${this.#listOf[slot]} is in list ${list}`));
        count++;
      }
      if (count !== this.#counts[list])
        findings.push(finding("EVICTION_COUNT", `list ${list} has ${count} slots but ${this.#counts[list]} counted`));
    }
    return findings;
  }

  #beginBatch(): void {
    this.#windowTarget = Math.max(1, Math.floor(this.#slots.size * this.windowShare));
    while (this.#counts[WINDOW] > this.#windowTarget - 1 + this.#lastBatch) this.#moveFirst(WINDOW, PROBATION);
    this.#limitProtected();
  }

  /** Also where the main part shrank: what is protected beyond its share would never be asked to leave. */
  #limitProtected(): void {
    const limit = PROTECTED_SHARE * (this.#counts[PROBATION] + this.#counts[PROTECTED]);
    while (this.#counts[PROTECTED] > limit) this.#moveFirst(PROTECTED, PROBATION);
  }

  /** A window that has not its share gives none up; a tie goes to the fromMain, or a loop would flush the main part. */
  #loserOf(fromWindow: number | undefined, fromMain: number | undefined): number | undefined {
    if (fromWindow === undefined || fromMain === undefined) return fromWindow ?? fromMain;
    if (this.#counts[WINDOW] < this.#windowTarget) return fromMain;
    return this.#frequencyOf(fromWindow) > this.#frequencyOf(fromMain) ? fromMain : fromWindow;
  }

  #frequencyOf(slot: number): number {
    return this.#frequencies.of(this.identityOf(slot));
  }

  #listIndexOf(slot: number): List {
    return (this.#listOf[slot] ?? WINDOW) as List;
  }

  #moveFirst(from: List, to: List): void {
    const first = this.#slots.first(from);
    assert(first !== undefined, "a list that is counted to have slots has a first one");
    this.#move(first, to);
  }

  #move(slot: number, to: List): void {
    this.#counts[this.#listIndexOf(slot)]--;
    this.#counts[to]++;
    this.#listOf[slot] = to;
    this.#slots.moveToEnd(to, slot);
  }
}
