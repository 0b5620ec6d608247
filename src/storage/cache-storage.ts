import { assert } from "../base/assert.ts";
import { type Finding, finding } from "../base/finding.ts";
import { grown } from "../base/grown.ts";
import type { EvictionStrategy } from "../eviction/eviction-strategy.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { weighRecord } from "../record/weight.ts";
import type { RecordId } from "../indexing/record-id.ts";

export interface StorageLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /**
   * How many records leave at once when one more does not fit, but never more than half of those in memory (rounded up), unless the
   * newcomer needs the room. Every record that leaves early costs hits: a tenth of what fits costs a percent of them or less.
   */
  readonly evictionBatchSize: number;
}

/** Whether a record comes in because somebody asked for it, or only because it was at hand. */
export type Admission = "used" | "if-room";

/** Why records that came are not in memory; all only grow. */
export interface Departures {
  /** Evicted because of `maxItems`, and because of `maxBytes`. */
  readonly evictedByItems: number;
  readonly evictedByBytes: number;
  /** Never kept: heavier than `maxBytes` by itself. */
  readonly tooHeavy: number;
  /** Not kept: only at hand, by a load or a sync, and there was no room. */
  readonly noRoom: number;
}

/**
 * The resident records. After every call (law 7): residents <= `maxItems`, their weight <= `maxBytes`, and the
 * eviction strategy tracks exactly the residents.
 *
 * A resident stands in a slot; slots are small integers and what the strategy knows a record by. Records are
 * frozen before they come here (law 9), and weighed once, here.
 */
export class CacheStorage {
  readonly #limits: StorageLimits;
  readonly #strategy: EvictionStrategy;
  /** Slot + 1 of each resident, by id; 0 for what is not resident. */
  #slots = new Uint32Array(16);
  /** The slot of each resident by its path: V8 knows the hash of a path that was looked up before, so this is the quickest way in. */
  readonly #slotsByPath = new Map<ProjectPath, number>();
  readonly #records: (FileMetadata | undefined)[] = [];
  readonly #weights: number[] = [];
  readonly #ids: RecordId[] = [];
  readonly #freeSlots: number[] = [];
  #count = 0;
  #weight = 0;
  readonly #departures = { evictedByItems: 0, evictedByBytes: 0, tooHeavy: 0, noRoom: 0 };

  constructor(limits: StorageLimits, strategy: EvictionStrategy) {
    this.#limits = limits;
    this.#strategy = strategy;
  }

  get count(): number {
    return this.#count;
  }

  /** Estimated bytes of all residents. */
  get weight(): number {
    return this.#weight;
  }

  /** A snapshot; all since the start, none is set back by `clear`. */
  get departures(): Departures {
    return { ...this.#departures };
  }

  has(id: RecordId): boolean {
    return (this.#slots[id] ?? 0) !== 0;
  }

  /** The resident record, without counting as a use. */
  peek(id: RecordId): FileMetadata | undefined {
    const slot = this.#slots[id] ?? 0;
    return slot === 0 ? undefined : this.#records[slot - 1];
  }

  peekByPath(path: ProjectPath): FileMetadata | undefined {
    const slot = this.#slotsByPath.get(path);
    return slot === undefined ? undefined : this.#records[slot];
  }

  /** The resident record, handed out for its own sake: a use. */
  use(path: ProjectPath): FileMetadata | undefined {
    const slot = this.#slotsByPath.get(path);
    if (slot === undefined) return undefined;
    this.#strategy.touch(slot);
    return this.#records[slot];
  }

  /**
   * The one way in, out and on: `record` takes the place of whatever is resident under `id`; `undefined` removes it.
   * Replacing evicts nothing unless it adds weight. A record heavier than `maxBytes` is not kept (and what it would
   * replace goes); one admitted "if-room" is no use, and evicts nothing: it goes where there is no room for it.
   */
  apply(id: RecordId, record: FileMetadata | undefined, admission: Admission = "used"): void {
    const resident = (this.#slots[id] ?? 0) - 1;
    if (resident < 0 && admission === "if-room" && this.#count >= this.#limits.maxItems) {
      // A load brings many that find no room: they are not even weighed.
      if (record !== undefined) this.#departures.noRoom++;
      return;
    }
    const weight = record === undefined ? 0 : weighRecord(record);
    if (record === undefined || weight > this.#limits.maxBytes) {
      if (record !== undefined) this.#departures.tooHeavy++;
      if (resident >= 0) this.#empty(resident, true);
    } else if (resident >= 0 && this.#fits(0, weight - (this.#weights[resident] ?? 0))) {
      this.#replace(resident, record, weight, admission);
    } else {
      if (resident >= 0) this.#empty(resident, true);
      if (admission === "if-room" && !this.#fits(1, weight)) {
        this.#departures.noRoom++;
        return;
      }
      this.#evictFor(weight);
      this.#insert(id, record, weight);
    }
  }

  /** Drops every resident; nothing is counted as evicted. */
  clear(): void {
    this.#strategy.clear();
    assert(this.#strategy.size === 0, "a strategy that was cleared tracks nothing");
    this.#slots = new Uint32Array(16);
    this.#slotsByPath.clear();
    for (const list of [this.#records, this.#weights, this.#ids, this.#freeSlots]) list.length = 0;
    this.#count = 0;
    this.#weight = 0;
  }

  /**
   * Gives every resident its id in another index; one for which `idIn` has none is dropped. What the strategy
   * knows of the others stays; what it remembers by id of those that left may from now on be of another record.
   */
  renumber(idIn: (id: RecordId, record: FileMetadata) => RecordId | undefined): void {
    this.#slots = new Uint32Array(16);
    for (let slot = 0; slot < this.#records.length; slot++) {
      const record = this.#records[slot];
      const id = this.#ids[slot];
      if (record === undefined || id === undefined) continue;
      const renumbered = idIn(id, record);
      if (renumbered === undefined) this.#empty(slot, true);
      else this.#place(renumbered, slot);
    }
  }

  *residents(): Generator<readonly [RecordId, FileMetadata], void, undefined> {
    for (let slot = 0; slot < this.#records.length; slot++) {
      const record = this.#records[slot];
      const id = this.#ids[slot];
      if (record !== undefined && id !== undefined) yield [id, record];
    }
  }

  /** Recomputes bounds, weights and what the strategy tracks; returns what does not hold. O(residents). */
  verify(): Finding[] {
    const findings = this.#strategy.verify();
    let count = 0;
    let weight = 0;
    for (const [id, record] of this.residents()) {
      const slot = (this.#slots[id] ?? 0) - 1;
      const { path } = record;
      const name = JSON.stringify(path);
      if (this.#records[slot] !== record) findings.push(finding("STORAGE_RECORD", `${name} is not found under its id ${id}`, { path }));
      if (this.#slotsByPath.get(path) !== slot) findings.push(finding("STORAGE_RECORD", `${name} is not found by its path`, { path }));
      if (this.#weights[slot] !== weighRecord(record))
        findings.push(finding("STORAGE_RECORD", `the weight of ${name} is not its own`, { path }));
      if (!this.#strategy.has(slot))
        findings.push(finding("STORAGE_STRATEGY", `${name} is resident but the strategy does not track it`, { path }));
      count++;
      weight += this.#weights[slot] ?? 0;
    }
    const { maxItems, maxBytes } = this.#limits;
    if (count !== this.#count) findings.push(finding("STORAGE_COUNT", `${count} residents but a count of ${this.#count}`));
    if (this.#slotsByPath.size !== count) findings.push(finding("STORAGE_COUNT", `${count} residents but ${this.#slotsByPath.size} paths`));
    if (weight !== this.#weight) findings.push(finding("STORAGE_COUNT", `residents weigh ${weight}, not ${this.#weight}`));
    if (this.#strategy.size !== count)
      findings.push(finding("STORAGE_STRATEGY", `${count} residents but the strategy tracks ${this.#strategy.size}`));
    if (count > maxItems) findings.push(finding("STORAGE_BOUND", `${count} residents exceed maxItems ${maxItems}`));
    if (weight > maxBytes) findings.push(finding("STORAGE_BOUND", `${weight} bytes exceed maxBytes ${maxBytes}`));
    return findings;
  }

  #fits(items: number, weight: number): boolean {
    return this.#count + items <= this.#limits.maxItems && this.#weight + weight <= this.#limits.maxBytes;
  }

  /**
   * Evicts until one more record of `weight` fits: a whole batch where anything has to go, and more where that is not enough.
   * All leave before the newcomer is admitted, which is what strategies expect.
   */
  #evictFor(weight: number): void {
    if (this.#fits(1, weight)) return;
    const cause = this.#count >= this.#limits.maxItems ? "evictedByItems" : "evictedByBytes";
    const batch = Math.min(this.#limits.evictionBatchSize, Math.ceil(this.#count / 2));
    for (let evicted = 0; this.#count > 0 && (evicted < batch || !this.#fits(1, weight)); evicted++) {
      const victim = this.#strategy.takeVictim();
      assert(victim !== undefined, "the strategy tracks every resident");
      this.#empty(victim, false);
      this.#departures[cause]++;
    }
  }

  #insert(id: RecordId, record: FileMetadata, weight: number): void {
    const slot = this.#freeSlots.pop() ?? this.#records.length;
    assert(this.#records[slot] === undefined, "a free slot is empty");
    assert(this.#fits(1, weight), "room was made before a record comes in");
    this.#records[slot] = record;
    this.#slotsByPath.set(record.path, slot);
    this.#weights[slot] = weight;
    this.#place(id, slot);
    this.#strategy.admit(slot, id);
    this.#count++;
    this.#weight += weight;
  }

  #replace(slot: number, record: FileMetadata, weight: number, admission: Admission): void {
    assert(this.#records[slot]?.path === record.path, "a record is replaced by one of the same path");
    this.#weight += weight - (this.#weights[slot] ?? 0);
    this.#records[slot] = record;
    this.#weights[slot] = weight;
    if (admission === "used") this.#strategy.touch(slot);
  }

  #empty(slot: number, forget: boolean): void {
    const id = this.#ids[slot];
    const record = this.#records[slot];
    assert(id !== undefined && record !== undefined, "a slot that is emptied is taken");
    this.#slotsByPath.delete(record.path);
    if (this.#slots[id] === slot + 1) this.#slots[id] = 0;
    if (forget) this.#strategy.forget(slot);
    this.#records[slot] = undefined;
    this.#weight -= this.#weights[slot] ?? 0;
    this.#count--;
    assert(this.#count >= 0 && this.#weight >= 0, "no more leaves than was there");
    this.#freeSlots.push(slot);
  }

  #place(id: RecordId, slot: number): void {
    this.#slots = grown(this.#slots, id + 1);
    this.#slots[id] = slot + 1;
    this.#ids[slot] = id;
  }
}
