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

/** The paper's number: the greatest share of the main part that is protected. */
const PROTECTED_SHARE = 0.8;

/**
 * The lists of W-TinyLFU: a window of the newest records, by recency, and a main part for the
 * records that are used more often. The main part is two lists by recency: records on probation,
 * and protected records, which were used while on probation.
 *
 * A victim is taken before the new record is admitted for which it makes room. If a batch of
 * victims leaves, the new records follow one by one. So the window takes all new records and grows
 * beyond its target, and the duels wait until the next victims are taken. Then the oldest records
 * of the window compete with the first records of the main part, one victim each, until the window
 * is at its target less one slot for the new record. So the window returns to its share after a
 * batch of any size, and a new record is safe until the next batch. Records in the window beyond
 * that (after the cache was filled, or after the target fell) move to the main part without a duel.
 *
 * All calls are O(1), `takeVictim` on average: a slot moves out of the window once, and back to
 * probation once for each use.
 */
export class WindowedSlots {
  /** The share of all slots that the window has, from 0 to 1. The window has at least one slot. */
  windowShare: number;
  readonly #slots = new LinkedSlots(LISTS.length);
  readonly #frequencies: FrequencyMemory;
  #listOf = new Uint8Array(16);
  #identities = new Uint32Array(16);
  readonly #counts: [number, number, number] = [0, 0, 0];
  #windowTarget = 1;
  /**
   * The number of victims taken in a row since the last admission, and the number in the batch
   * before.
   */
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

  /** The identity with which `slot` was admitted last. */
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
        findings.push(finding("EVICTION_COUNT", `list ${list} has ${count} slots, but ${this.#counts[list]} are counted`));
    }
    return findings;
  }

  #beginBatch(): void {
    this.#windowTarget = Math.max(1, Math.floor(this.#slots.size * this.windowShare));
    while (this.#counts[WINDOW] > this.#windowTarget - 1 + this.#lastBatch) this.#moveFirst(WINDOW, PROBATION);
    this.#limitProtected();
  }

  /**
   * Also called after the main part has shrunk: records that are protected beyond their share could
   * never become victims.
   */
  #limitProtected(): void {
    const limit = PROTECTED_SHARE * (this.#counts[PROBATION] + this.#counts[PROTECTED]);
    while (this.#counts[PROTECTED] > limit) this.#moveFirst(PROTECTED, PROBATION);
  }

  /**
   * A window below its target gives up no record. On a tie, the record from the window leaves:
   * otherwise a loop would flush the main part.
   */
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
    assert(first !== undefined, "a list with a count above 0 has a first slot");
    this.#move(first, to);
  }

  #move(slot: number, to: List): void {
    this.#counts[this.#listIndexOf(slot)]--;
    this.#counts[to]++;
    this.#listOf[slot] = to;
    this.#slots.moveToEnd(to, slot);
  }
}
