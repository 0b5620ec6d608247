import { assert } from "../base/assert.ts";
import { type Finding, finding } from "../base/finding.ts";
import { grown } from "../base/grown.ts";
import type { EvictionStrategy } from "../eviction/eviction-strategy.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { weighRecord } from "../record/weight.ts";
import { layerOf, placeOf, type RecordId, recordId } from "../indexing/record-id.ts";
import { NOWHERE, type Renumbering } from "../indexing/renumbering.ts";
import { identityOf, identityBitsFor } from "./identity.ts";

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
  /** Evicted because of `maxBytes`. */
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
  readonly #identityBits: number;
  /** For each layer of the index, slot + 1 of the resident at each place; 0 for what is not resident. */
  readonly #slots: Uint32Array[] = [];
  /** The slot of each resident by its path: V8 knows the hash of a path that was looked up before, so this is the quickest way in. */
  readonly #slotsByPath = new Map<ProjectPath, number>();
  readonly #records: (FileMetadata | undefined)[] = [];
  readonly #weights: number[] = [];
  /** `undefined` for a resident that came before the index knew where it stands. */
  readonly #ids: (RecordId | undefined)[] = [];
  readonly #freeSlots: number[] = [];
  #count = 0;
  #weight = 0;
  readonly #departures = { evictedByItems: 0, evictedByBytes: 0, tooHeavy: 0, noRoom: 0 };

  constructor(limits: StorageLimits, strategy: EvictionStrategy) {
    this.#limits = limits;
    this.#strategy = strategy;
    this.#identityBits = identityBitsFor(limits.maxItems);
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

  has(path: ProjectPath): boolean {
    return this.#slotsByPath.has(path);
  }

  /** The resident record, without counting as a use. */
  peek(id: RecordId): FileMetadata | undefined {
    const slot = this.#slots[layerOf(id)]?.[placeOf(id)] ?? 0;
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
   * The one way in and on: `record` takes the place of whatever is resident under its path. `id` is where the index has it; `undefined` while the
   * index is being built, until `locate`. Replacing evicts nothing unless it adds weight. A record heavier than `maxBytes` is not kept (and what it
   * would replace goes); one admitted "if-room" is no use, and evicts nothing: it goes where there is no room for it.
   */
  put(id: RecordId | undefined, record: FileMetadata, admission: Admission = "used"): void {
    const resident = this.#slotsByPath.get(record.path) ?? -1;
    if (resident < 0 && admission === "if-room" && this.#count >= this.#limits.maxItems) {
      // A load brings many that find no room: they are not even weighed.
      this.#departures.noRoom++;
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
        this.#departures.noRoom++;
        return;
      }
      this.#evictFor(weight);
      this.#insert(id, record, weight);
    }
  }

  /** Takes a record out of memory, if it is there. */
  remove(path: ProjectPath): void {
    const slot = this.#slotsByPath.get(path);
    if (slot !== undefined) this.#empty(slot, true);
  }

  /** Drops every resident; nothing is counted as evicted. */
  clear(): void {
    this.#strategy.clear();
    assert(this.#strategy.size === 0, "a strategy that was cleared tracks nothing");
    this.#slots.length = 0;
    this.#slotsByPath.clear();
    for (const list of [this.#records, this.#weights, this.#ids, this.#freeSlots]) list.length = 0;
    this.#count = 0;
    this.#weight = 0;
  }

  /** Follows a merge of the index. Costs a step for each place of the layers that are no more. */
  renumber({ from, to }: Renumbering): void {
    for (const { layer, newRanks } of from) {
      const slots = this.#slots[layer];
      this.#slots[layer] = NO_SLOTS;
      if (slots === undefined) continue;
      for (let place = 0; place < slots.length; place++) {
        const slot = (slots[place] as number) - 1;
        if (slot < 0) continue;
        const rank = newRanks[place];
        assert(rank !== undefined && rank !== NOWHERE, "a resident is in the index after a merge, too");
        this.#place(recordId(to, rank), slot);
      }
    }
  }

  /** Says of every resident where another index has it; one that it does not have is dropped. In steps of about a millisecond, between which nothing is to be asked by id. */
  *locate(idOf: (record: FileMetadata) => RecordId | undefined): Generator<void, void, undefined> {
    this.#slots.length = 0;
    for (let slot = 0; slot < this.#records.length; slot++) {
      const record = this.#records[slot];
      if (record === undefined) continue;
      this.#ids[slot] = undefined;
      const id = idOf(record);
      if (id === undefined) this.#empty(slot, true);
      else this.#place(id, slot);
      if (slot % RESIDENTS_A_STEP === RESIDENTS_A_STEP - 1) yield;
    }
  }

  *residents(): Generator<FileMetadata, void, undefined> {
    for (const slot of this.#slotsByPath.values()) {
      const record = this.#records[slot];
      if (record !== undefined) yield record;
    }
  }

  /** Recomputes bounds, weights and what the strategy tracks; returns what does not hold. O(residents). */
  verify(): Finding[] {
    const findings = this.#strategy.verify();
    let count = 0;
    let weight = 0;
    for (const [path, slot] of this.#slotsByPath) {
      const record = this.#records[slot];
      const id = this.#ids[slot];
      const name = JSON.stringify(path);
      if (record?.path !== path) {
        findings.push(finding("STORAGE_RECORD", `${name} is not found by its path`, { path }));
        continue;
      }
      if (id !== undefined && this.peek(id) !== record)
        findings.push(finding("STORAGE_RECORD", `${name} is not found under its id ${id}`, { path }));
      if (this.#weights[slot] !== weighRecord(record))
        findings.push(finding("STORAGE_RECORD", `the weight of ${name} is not its own`, { path }));
      if (!this.#strategy.has(slot))
        findings.push(finding("STORAGE_STRATEGY", `${name} is resident but the strategy does not track it`, { path }));
      count++;
      weight += this.#weights[slot] ?? 0;
    }
    const { maxItems, maxBytes } = this.#limits;
    if (count !== this.#count) findings.push(finding("STORAGE_COUNT", `${count} residents but a count of ${this.#count}`));
    const records = this.#records.reduce((sum, record) => sum + (record === undefined ? 0 : 1), 0);
    const places = this.#slots.reduce((sum, slots) => sum + slots.reduce((own, slot) => own + (slot === 0 ? 0 : 1), 0), 0);
    if (records !== count || places > count)
      findings.push(finding("STORAGE_COUNT", `${count} residents but ${records} records at ${places} places`));
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

  #insert(id: RecordId | undefined, record: FileMetadata, weight: number): void {
    const slot = this.#freeSlots.pop() ?? this.#records.length;
    assert(this.#records[slot] === undefined, "a free slot is empty");
    assert(this.#fits(1, weight), "room was made before a record comes in");
    this.#records[slot] = record;
    this.#slotsByPath.set(record.path, slot);
    this.#weights[slot] = weight;
    this.#ids[slot] = undefined;
    if (id !== undefined) this.#place(id, slot);
    this.#strategy.admit(slot, identityOf(record.path, this.#identityBits));
    this.#count++;
    this.#weight += weight;
  }

  #replace(slot: number, id: RecordId | undefined, record: FileMetadata, weight: number, admission: Admission): void {
    assert(this.#records[slot]?.path === record.path, "a record is replaced by one of the same path");
    this.#weight += weight - (this.#weights[slot] ?? 0);
    this.#records[slot] = record;
    this.#weights[slot] = weight;
    this.#leavePlace(slot);
    if (id !== undefined) this.#place(id, slot);
    if (admission === "used") this.#strategy.touch(slot);
  }

  #empty(slot: number, forget: boolean): void {
    const record = this.#records[slot];
    assert(record !== undefined, "a slot that is emptied is taken");
    this.#slotsByPath.delete(record.path);
    this.#leavePlace(slot);
    if (forget) this.#strategy.forget(slot);
    this.#records[slot] = undefined;
    this.#weight -= this.#weights[slot] ?? 0;
    this.#count--;
    assert(this.#count >= 0 && this.#weight >= 0, "no more leaves than was there");
    this.#freeSlots.push(slot);
  }

  #place(id: RecordId, slot: number): void {
    const layer = layerOf(id);
    const slots = grown(this.#slots[layer] ?? NO_SLOTS, placeOf(id) + 1);
    slots[placeOf(id)] = slot + 1;
    this.#slots[layer] = slots;
    this.#ids[slot] = id;
  }

  /** Nobody else may have come to stand where the resident stood. */
  #leavePlace(slot: number): void {
    const id = this.#ids[slot];
    if (id === undefined) return;
    const slots = this.#slots[layerOf(id)];
    if (slots?.[placeOf(id)] === slot + 1) slots[placeOf(id)] = 0;
    this.#ids[slot] = undefined;
  }
}

const NO_SLOTS = new Uint32Array(0);
const RESIDENTS_A_STEP = 512;
