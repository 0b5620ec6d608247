import { assert } from "../base/assert.ts";
import { type Finding, finding } from "../base/finding.ts";
import { grown } from "../base/grown.ts";
import type { EvictionStrategy } from "../eviction/eviction-strategy.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { weighRecord } from "../record/weight.ts";
import { layerOf, placeOf, type RecordId, recordId } from "../indexing/record-id.ts";
import { NOWHERE, type Renumbering } from "../indexing/layers/renumbering.ts";
import { identityOf, identityBitsFor } from "./identity.ts";

export interface StorageLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /**
   * How many records are evicted at once if one more does not fit. It is never more than half of
   * those in memory (rounded up), unless the new record needs more space. Each record that is
   * evicted early costs hits. A batch of a tenth of what fits costs one percent of the hits or
   * less.
   */
  readonly evictionBatchSize: number;
}

/**
 * "always": somebody asked for the record, so others are evicted for it. "if-room": a load or a
 * sync happened to bring the record, so it is only kept if there is room.
 */
export type Admission = "always" | "if-room";

/** Counts why records are not in memory. All counts only grow. */
export interface Departures {
  /** Evicted because of `maxItems`. */
  readonly evictedByItems: number;
  /** Evicted because of `maxBytes`. */
  readonly evictedByBytes: number;
  /** Not kept, because the record alone weighs more than `maxBytes`. */
  readonly tooHeavy: number;
  /** Not kept, because nobody asked for the record and memory was full. */
  readonly notAdmitted: number;
}

/**
 * The residents. After every call (law 7): there are at most `maxItems` residents, they weigh at
 * most `maxBytes`, and the eviction strategy tracks exactly the residents.
 *
 * Each resident has a slot. A slot is a small integer, and the strategy knows the record by it.
 * Records are frozen before they come here (law 9), and weighed once, here.
 */
export class CacheStorage {
  readonly #limits: StorageLimits;
  readonly #strategy: EvictionStrategy;
  readonly #identityBits: number;
  /**
   * For each layer of the index, by rank: the slot of the resident plus 1, or 0 if the record is
   * not resident.
   */
  readonly #slots: Uint32Array[] = [];
  /**
   * The slot of each resident by its path. This is the fastest lookup, because V8 keeps the hash of
   * a path that was looked up before.
   */
  readonly #slotsByPath = new Map<ProjectPath, number>();
  readonly #records: (FileMetadata | undefined)[] = [];
  readonly #weights: number[] = [];
  /** `undefined` for a resident that came before the index knew its id. */
  readonly #ids: (RecordId | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #count = 0;
  #weight = 0;
  readonly #departures = { evictedByItems: 0, evictedByBytes: 0, tooHeavy: 0, notAdmitted: 0 };

  constructor(limits: StorageLimits, strategy: EvictionStrategy) {
    this.#limits = limits;
    this.#strategy = strategy;
    this.#identityBits = identityBitsFor(limits.maxItems);
  }

  get count(): number {
    return this.#count;
  }

  /** The estimated bytes of all residents. */
  get weight(): number {
    return this.#weight;
  }

  /** A snapshot of the counts since the start. `clear` does not reset them. */
  get departures(): Departures {
    return { ...this.#departures };
  }

  has(path: ProjectPath): boolean {
    return this.#slotsByPath.has(path);
  }

  /** Returns the resident record. Does not count as a use. */
  peek(id: RecordId): FileMetadata | undefined {
    const slot = this.#slots[layerOf(id)]?.[placeOf(id)] ?? 0;
    return slot === 0 ? undefined : this.#records[slot - 1];
  }

  peekByPath(path: ProjectPath): FileMetadata | undefined {
    const slot = this.#slotsByPath.get(path);
    return slot === undefined ? undefined : this.#records[slot];
  }

  /** Returns the resident record, and counts as a use. */
  use(path: ProjectPath): FileMetadata | undefined {
    const slot = this.#slotsByPath.get(path);
    if (slot === undefined) return undefined;
    this.#strategy.touch(slot);
    return this.#records[slot];
  }

  /**
   * Puts a record into memory, or replaces the resident of the same path. This is the only way in.
   * `id` is the record's id in the index. While the index is being built it is `undefined`;
   * `locate` sets it later.
   *
   * Replacing a record evicts others only if the new one weighs more and does not fit. A record
   * that weighs more than `maxBytes` is not kept, and the resident that it replaces is dropped. A
   * record with the admission "if-room" does not count as a use and evicts nothing: if there is no
   * room for it, it is not kept.
   */
  put(id: RecordId | undefined, record: FileMetadata, admission: Admission = "always"): void {
    const resident = this.#slotsByPath.get(record.path) ?? -1;
    if (resident < 0 && admission === "if-room" && this.#count >= this.#limits.maxItems) {
      // A load brings many records that find no room. So this does not even weigh them.
      this.#departures.notAdmitted++;
      return;
    }
    const weight = weighRecord(record);
    if (weight > this.#limits.maxBytes) {
      this.#departures.tooHeavy++;
      if (resident >= 0) this.#empty(resident, true);
    } else if (resident >= 0 && this.#fits(0, weight - (this.#weights[resident] ?? 0))) {
      this.#replace(resident, id, record, weight, admission);
    } else {
      if (resident >= 0) this.#empty(resident, true);
      if (admission === "if-room" && !this.#fits(1, weight)) {
        this.#departures.notAdmitted++;
        return;
      }
      this.#evictFor(weight);
      this.#insert(id, record, weight);
    }
  }

  /** Drops a record from memory, if it is resident. */
  remove(path: ProjectPath): void {
    const slot = this.#slotsByPath.get(path);
    if (slot !== undefined) this.#empty(slot, true);
  }

  /** Drops every resident. Counts none of them as evicted. */
  clear(): void {
    this.#strategy.clear();
    assert(this.#strategy.size === 0, "a cleared strategy tracks nothing");
    this.#slots.length = 0;
    this.#slotsByPath.clear();
    for (const list of [this.#records, this.#weights, this.#ids, this.#freeSlots]) list.length = 0;
    this.#count = 0;
    this.#weight = 0;
  }

  /**
   * Gives residents their new ids after a merge of the index. Costs one step for each rank of the
   * merged layers.
   */
  renumber({ from, to }: Renumbering): void {
    for (const { layer, newRanks } of from) {
      const slots = this.#slots[layer];
      this.#slots[layer] = NO_SLOTS;
      if (slots === undefined) continue;
      for (let oldRank = 0; oldRank < slots.length; oldRank++) {
        const slot = (slots[oldRank] as number) - 1;
        if (slot < 0) continue;
        const rank = newRanks[oldRank];
        assert(rank !== undefined && rank !== NOWHERE, "a resident is still in the index after a merge");
        this.#setId(recordId(to, rank), slot);
      }
    }
  }

  /**
   * Gives every resident its id in another index, and drops residents that the other index does not
   * have. Works in steps of about a millisecond. Between two steps nobody may look up a record by
   * id.
   */
  *locate(idOf: (record: FileMetadata) => RecordId | undefined): Generator<void, void, undefined> {
    this.#slots.length = 0;
    for (let slot = 0; slot < this.#records.length; slot++) {
      const record = this.#records[slot];
      if (record === undefined) continue;
      this.#ids[slot] = undefined;
      const id = idOf(record);
      if (id === undefined) this.#empty(slot, true);
      else this.#setId(id, slot);
      if (slot % RESIDENTS_A_STEP === RESIDENTS_A_STEP - 1) yield;
    }
  }

  *residents(): Generator<FileMetadata, void, undefined> {
    for (const slot of this.#slotsByPath.values()) {
      const record = this.#records[slot];
      if (record !== undefined) yield record;
    }
  }

  /**
   * Recomputes bounds, weights and what the strategy tracks, and returns what does not hold.
   * O(residents).
   */
  verify(): Finding[] {
    const findings = this.#strategy.verify();
    let count = 0;
    let weight = 0;
    for (const [path, slot] of this.#slotsByPath) {
      const record = this.#records[slot];
      const id = this.#ids[slot];
      const name = JSON.stringify(path);
      if (record?.path !== path) {
        findings.push(finding("STORAGE_RECORD", `${name} cannot be found by its path`, { path }));
        continue;
      }
      if (id !== undefined && this.peek(id) !== record)
        findings.push(finding("STORAGE_RECORD", `${name} cannot be found by its id ${id}`, { path }));
      if (this.#weights[slot] !== weighRecord(record))
        findings.push(finding("STORAGE_RECORD", `the noted weight of ${name} is wrong`, { path }));
      if (!this.#strategy.has(slot))
        findings.push(finding("STORAGE_STRATEGY", `${name} is resident, but the strategy does not track it`, { path }));
      count++;
      weight += this.#weights[slot] ?? 0;
    }
    const { maxItems, maxBytes } = this.#limits;
    if (count !== this.#count) findings.push(finding("STORAGE_COUNT", `${count} residents, but the count is ${this.#count}`));
    const records = this.#records.reduce((sum, record) => sum + (record === undefined ? 0 : 1), 0);
    const withId = this.#slots.reduce((sum, slots) => sum + slots.reduce((own, slot) => own + (slot === 0 ? 0 : 1), 0), 0);
    if (records !== count || withId > count)
      findings.push(finding("STORAGE_COUNT", `${count} residents, but ${records} records and ${withId} entries by id`));
    if (weight !== this.#weight)
      findings.push(finding("STORAGE_COUNT", `residents weigh ${weight}, but the noted weight is ${this.#weight}`));
    if (this.#strategy.size !== count)
      findings.push(finding("STORAGE_STRATEGY", `${count} residents, but the strategy tracks ${this.#strategy.size}`));
    if (count > maxItems) findings.push(finding("STORAGE_BOUND", `${count} residents exceed maxItems ${maxItems}`));
    if (weight > maxBytes) findings.push(finding("STORAGE_BOUND", `${weight} bytes exceed maxBytes ${maxBytes}`));
    return findings;
  }

  #fits(items: number, weight: number): boolean {
    return this.#count + items <= this.#limits.maxItems && this.#weight + weight <= this.#limits.maxBytes;
  }

  /**
   * Evicts until one more record of `weight` fits. If anything must be evicted, evicts a whole
   * batch, and more if that is not enough. Strategies expect that all evictions happen before the
   * new record is admitted.
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

  #insert(id: RecordId | undefined, record: FileMetadata, weight: number): void {
    const slot = this.#freeSlots.pop() ?? this.#records.length;
    assert(this.#records[slot] === undefined, "a free slot is empty");
    assert(this.#fits(1, weight), "there is room before a record is inserted");
    this.#records[slot] = record;
    this.#slotsByPath.set(record.path, slot);
    this.#weights[slot] = weight;
    this.#ids[slot] = undefined;
    if (id !== undefined) this.#setId(id, slot);
    this.#strategy.admit(slot, identityOf(record.path, this.#identityBits));
    this.#count++;
    this.#weight += weight;
  }

  #replace(slot: number, id: RecordId | undefined, record: FileMetadata, weight: number, admission: Admission): void {
    assert(this.#records[slot]?.path === record.path, "the new record has the path of the old one");
    this.#weight += weight - (this.#weights[slot] ?? 0);
    this.#records[slot] = record;
    this.#weights[slot] = weight;
    this.#clearId(slot);
    if (id !== undefined) this.#setId(id, slot);
    if (admission === "always") this.#strategy.touch(slot);
  }

  #empty(slot: number, forget: boolean): void {
    const record = this.#records[slot];
    assert(record !== undefined, "a slot has a record before it is emptied");
    this.#slotsByPath.delete(record.path);
    this.#clearId(slot);
    if (forget) this.#strategy.forget(slot);
    this.#records[slot] = undefined;
    this.#weight -= this.#weights[slot] ?? 0;
    this.#count--;
    assert(this.#count >= 0 && this.#weight >= 0, "count and weight do not become negative");
    this.#freeSlots.push(slot);
  }

  #setId(id: RecordId, slot: number): void {
    const layer = layerOf(id);
    const slots = grown(this.#slots[layer] ?? NO_SLOTS, placeOf(id) + 1);
    slots[placeOf(id)] = slot + 1;
    this.#slots[layer] = slots;
    this.#ids[slot] = id;
  }

  /** Clears the entry only if it still holds this slot: another resident may have the id by now. */
  #clearId(slot: number): void {
    const id = this.#ids[slot];
    if (id === undefined) return;
    const slots = this.#slots[layerOf(id)];
    if (slots?.[placeOf(id)] === slot + 1) slots[placeOf(id)] = 0;
    this.#ids[slot] = undefined;
  }
}

const NO_SLOTS = new Uint32Array(0);
const RESIDENTS_A_STEP = 512;
