import { assert } from "../../base/assert.ts";
import { type Finding, finding } from "../../base/finding.ts";
import { load53, store53 } from "./control-block.ts";

/**
 * Packed records in shared memory: a table of slots, found by a hash of the path, and a ring of
 * bytes. Both have a fixed size.
 *
 * A slot's version is even while the slot can be read, and each content of the slot has another
 * version. The owner makes the version odd before it changes anything, and even again at the end. A
 * reader reads the version, copies, and reads the version again. If the version is the same even
 * number, nothing of the copy has changed in between.
 *
 * The bytes in the ring are copied with plain reads, which is many times faster than reading each
 * word by `Atomics`. So the second read of the version is an atomic addition of 0. A load is not
 * enough: the plain reads before it may be executed after it. But if the addition found the old
 * version, then the owner's next change of the version has read what the addition wrote. So
 * everything that the reader has read *happens before* everything that the owner writes next.
 */
export interface SharedRecordsMemory {
  /** The table of slots, which says where each record is in the ring. */
  readonly slots: SharedArrayBuffer;
  /** The bytes of the records. */
  readonly ring: SharedArrayBuffer;
}

/** The words of a slot. */
const SLOT_WORDS = 8;
const VERSION = 0;
const HASH = 1;
/** The offset of the record's bytes in the ring, in words. */
const OFFSET = 2;
const BYTES = 3;
/** Takes two words. */
const REVISION = 4;

/** The greatest number of slots after the one its hash points to in which a record may be. */
export const PROBES = 8;

/** There is one slot for this many bytes of the ring. Packed records take about one KB. */
const BYTES_A_SLOT = 256;

export function newSharedRecords(ringBytes: number): SharedRecordsMemory {
  const slots = Math.max(64, 2 ** Math.ceil(Math.log2(ringBytes / BYTES_A_SLOT)));
  return { slots: new SharedArrayBuffer(4 * SLOT_WORDS * slots), ring: new SharedArrayBuffer(4 * Math.ceil(ringBytes / 4)) };
}

/** FNV-1a over the UTF-16 units, mixed once more. Never 0: this marks an empty slot. */
export function hashPath(path: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < path.length; index++) hash = Math.imul(hash ^ path.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) | 1;
}

/** The first word of the slot that is `probe` steps after the one that a hash points to. */
export function slotAt(slots: Int32Array, hash: number, probe: number): number {
  const count = slots.length / SLOT_WORDS;
  return (((hash >>> 1) + probe) & (count - 1)) * SLOT_WORDS;
}

/** A record as it was at one version of its slot. */
export interface FoundRecord {
  readonly slot: number;
  readonly version: number;
  readonly revision: number;
  readonly packed: string;
}

const MAX_TRIES = 8;
const SCRATCH_BYTES = 64 * 1_024;

/** A reader's side: copies the records that it finds. */
export class SharedRecordsView {
  readonly #slots: Int32Array;
  readonly #ring: Uint8Array;
  /**
   * A buffer for copies, in memory of this thread only: no decoder may read bytes that change
   * meanwhile.
   */
  readonly #scratch = Buffer.alloc(SCRATCH_BYTES);

  constructor({ slots, ring }: SharedRecordsMemory) {
    this.#slots = new Int32Array(slots);
    this.#ring = new Uint8Array(ring);
  }

  /** Returns true if the content of a slot has not changed since this version. */
  hasVersion(slot: number, version: number): boolean {
    return Atomics.load(this.#slots, slot + VERSION) === version;
  }

  /**
   * Returns the record in the slot for this hash and probe, or `undefined` if there is none or if
   * the owner keeps changing it. Another path may have the same hash: check the path in the packed
   * record.
   */
  read(hash: number, probe: number): FoundRecord | undefined {
    const slots = this.#slots;
    const slot = slotAt(slots, hash, probe);
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const version = Atomics.load(slots, slot + VERSION);
      if (version % 2 !== 0) continue;
      if (Atomics.load(slots, slot + HASH) !== hash) return undefined;
      const offset = Atomics.load(slots, slot + OFFSET);
      const bytes = Atomics.load(slots, slot + BYTES);
      const revision = load53(slots, slot + REVISION);
      const copy = this.#copied(4 * offset, bytes);
      if (Atomics.add(slots, slot + VERSION, 0) === version) return { slot, version, revision, packed: copy.toString("utf8", 0, bytes) };
    }
    return undefined;
  }

  /**
   * The offset and the length may be of two different versions. All the same, both lie within the
   * ring.
   */
  #copied(offset: number, bytes: number): Buffer {
    const ring = this.#ring;
    const copy = bytes <= SCRATCH_BYTES ? this.#scratch : Buffer.alloc(bytes);
    const inFirst = Math.min(bytes, ring.length - offset);
    copy.set(ring.subarray(offset, offset + inFirst));
    if (inFirst < bytes) copy.set(ring.subarray(0, bytes - inFirst), inFirst);
    return copy;
  }
}

/**
 * Each block of the ring begins with the slot that it belongs to, and with its own size in words,
 * including these two words.
 */
const HEADER_WORDS = 2;

/** The owner's side: the only writer. */
export class SharedRecordsWriter {
  readonly memory: SharedRecordsMemory;
  readonly #slots: Int32Array;
  readonly #ring: Int32Array;
  readonly #bytes: Uint8Array;
  /** The slot of each record. The owner reads this map, not the table. */
  readonly #slotOf = new Map<string, number>();
  readonly #pathOf = new Map<number, string>();
  /**
   * The start of the next block, and the start of the oldest block. Both grow for ever. They are
   * taken modulo the length of the ring.
   */
  #head = 0;
  #tail = 0;

  constructor(memory: SharedRecordsMemory) {
    this.memory = memory;
    this.#slots = new Int32Array(memory.slots);
    this.#ring = new Int32Array(memory.ring);
    this.#bytes = new Uint8Array(memory.ring);
  }

  get count(): number {
    return this.#slotOf.size;
  }

  has(path: string): boolean {
    return this.#slotOf.has(path);
  }

  /**
   * Stores a record. Drops the oldest records to make room. A record larger than the whole ring is
   * not stored, and the record that it replaces is deleted.
   */
  put(path: string, packed: string, revision: number): void {
    const encoded = Buffer.from(packed, "utf8");
    const words = HEADER_WORDS + Math.ceil(encoded.length / 4);
    if (words > this.#ring.length) {
      this.delete(path);
      return;
    }
    while (this.#head + words - this.#tail > this.#ring.length) this.#dropOldest();
    assert(this.#tail <= this.#head, "only stored blocks are dropped");
    const slot = this.#slotOf.get(path) ?? this.#freeSlot(hashPath(path));
    this.#write(slot, () => {
      const start = this.#head;
      this.#store(start, slot);
      this.#store(start + 1, words);
      const offset = (start + HEADER_WORDS) % this.#ring.length;
      const inFirst = Math.min(encoded.length, this.#bytes.length - 4 * offset);
      this.#bytes.set(encoded.subarray(0, inFirst), 4 * offset);
      this.#bytes.set(encoded.subarray(inFirst));
      this.#head += words;
      Atomics.store(this.#slots, slot + HASH, hashPath(path));
      Atomics.store(this.#slots, slot + OFFSET, offset);
      Atomics.store(this.#slots, slot + BYTES, encoded.length);
      store53(this.#slots, slot + REVISION, revision);
    });
    assert(this.#head - this.#tail <= this.#ring.length, "all stored blocks fit into the ring");
    this.#slotOf.set(path, slot);
    this.#pathOf.set(slot, path);
    assert(this.#slotOf.size === this.#pathOf.size, "each slot has one path");
  }

  /**
   * Deletes a record. No reader finds it from now on. Its bytes stay until the ring comes round.
   */
  delete(path: string): void {
    const slot = this.#slotOf.get(path);
    if (slot !== undefined) this.#empty(slot);
  }

  clear(): void {
    for (const slot of this.#slotOf.values()) this.#empty(slot);
  }

  /** The revision of each shared record. */
  *revisions(): Generator<readonly [path: string, revision: number], void, undefined> {
    for (const [path, slot] of this.#slotOf) yield [path, load53(this.#slots, slot + REVISION)];
  }

  /** Returns a finding for each problem. */
  verify(): Finding[] {
    const findings: Finding[] = [];
    for (const [path, slot] of this.#slotOf) {
      if (this.#pathOf.get(slot) !== path)
        findings.push(finding("SHARING_RECORD", `the slot of ${JSON.stringify(path)} belongs to another path`, { path }));
      if (Atomics.load(this.#slots, slot + HASH) !== hashPath(path))
        findings.push(finding("SHARING_RECORD", `the slot of ${JSON.stringify(path)} has another hash`, { path }));
    }
    if (this.#head - this.#tail > this.#ring.length)
      findings.push(finding("SHARING_SPACE", "the blocks of the ring take more than its size"));
    return findings;
  }

  #dropOldest(): void {
    const slot = this.#load(this.#tail);
    const words = this.#load(this.#tail + 1);
    assert(words >= HEADER_WORDS && this.#tail + words <= this.#head, "a block has its own size in its second word");
    const isCurrent = Atomics.load(this.#slots, slot + OFFSET) === (this.#tail + HEADER_WORDS) % this.#ring.length;
    if (isCurrent && this.#pathOf.has(slot)) this.#empty(slot);
    this.#tail += words;
  }

  /**
   * Returns one of the few slots that a hash may use: an empty slot, or the slot with the oldest
   * record.
   */
  #freeSlot(hash: number): number {
    let oldest = slotAt(this.#slots, hash, 0);
    let greatestAge = -1;
    for (let probe = 0; probe < PROBES; probe++) {
      const slot = slotAt(this.#slots, hash, probe);
      if (!this.#pathOf.has(slot)) return slot;
      const length = this.#ring.length;
      const age = (this.#head - Atomics.load(this.#slots, slot + OFFSET) + 2 * length) % length;
      if (age > greatestAge) [oldest, greatestAge] = [slot, age];
    }
    this.#empty(oldest);
    return oldest;
  }

  #empty(slot: number): void {
    this.#write(slot, () => {
      Atomics.store(this.#slots, slot + HASH, 0);
      Atomics.store(this.#slots, slot + BYTES, 0);
    });
    const path = this.#pathOf.get(slot);
    this.#pathOf.delete(slot);
    if (path !== undefined) this.#slotOf.delete(path);
  }

  #write(slot: number, change: () => void): void {
    const before = Atomics.add(this.#slots, slot + VERSION, 1);
    assert(before % 2 === 0, "a slot is written by one writer at a time");
    change();
    const during = Atomics.add(this.#slots, slot + VERSION, 1);
    assert(during % 2 !== 0, "a slot's version is odd while it is written");
  }

  #store(at: number, value: number): void {
    this.#ring[at % this.#ring.length] = value;
  }

  #load(at: number): number {
    return this.#ring[at % this.#ring.length] as number;
  }
}
