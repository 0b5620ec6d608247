import { assert } from "../../base/assert.ts";
import { type Finding, finding } from "../../base/finding.ts";
import { load53, store53 } from "./control-block.ts";

/**
 * Packed records in shared memory: a table of slots, found by a hash of the path, and a ring of bytes. Both have a fixed size.
 *
 * A slot's version is even while the slot can be read, and another number whenever its content is another: the owner makes it odd
 * before it touches anything, and even at the end. A reader takes the version, copies, and takes it again: the same even version means that
 * nothing of what was copied has changed in between. Every access is atomic.
 */
export interface SharedRecordsMemory {
  readonly slots: SharedArrayBuffer;
  readonly ring: SharedArrayBuffer;
}

/** Words of a slot. */
const SLOT_WORDS = 8;
export const VERSION = 0;
const HASH = 1;
/** In words, where the record's bytes begin in the ring. */
const OFFSET = 2;
const BYTES = 3;
/** Two words. */
const REVISION = 4;

/** How far from where its hash points a record may stand. */
export const PROBES = 8;

/** A slot for each so many bytes of the ring: records weigh a few KB. */
const BYTES_A_SLOT = 512;

export function newSharedRecords(ringBytes: number): SharedRecordsMemory {
  const slots = Math.max(64, 2 ** Math.ceil(Math.log2(ringBytes / BYTES_A_SLOT)));
  return { slots: new SharedArrayBuffer(4 * SLOT_WORDS * slots), ring: new SharedArrayBuffer(4 * Math.ceil(ringBytes / 4)) };
}

/** FNV-1a over the UTF-16 units, mixed once more. Never 0, which is no hash's. */
export function hashPath(path: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < path.length; index++) hash = Math.imul(hash ^ path.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) | 1;
}

/** The place of the first word of the slot that is `probe` steps from where a hash points. */
export function slotAt(slots: Int32Array, hash: number, probe: number): number {
  const count = slots.length / SLOT_WORDS;
  return (((hash >>> 1) + probe) & (count - 1)) * SLOT_WORDS;
}

/** A record's bytes as they were at one version of its slot. */
export interface PackedRecord {
  readonly slot: number;
  readonly version: number;
  readonly revision: number;
  readonly bytes: Uint8Array;
}

const MAX_TRIES = 8;

/**
 * The candidate for a hash at one probe; `undefined` where there is none, or where the owner keeps changing it. Whether it
 * is the path's own, its bytes say.
 */
export function readSlot(
  { slots, ring }: { readonly slots: Int32Array; readonly ring: Int32Array },
  hash: number,
  probe: number,
): PackedRecord | undefined {
  const slot = slotAt(slots, hash, probe);
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const version = Atomics.load(slots, slot + VERSION);
    if (version % 2 !== 0) continue;
    if (Atomics.load(slots, slot + HASH) !== hash) return undefined;
    const offset = Atomics.load(slots, slot + OFFSET);
    const bytes = Atomics.load(slots, slot + BYTES);
    const revision = load53(slots, slot + REVISION);
    const words = new Int32Array(Math.ceil(bytes / 4));
    for (let word = 0, at = offset; word < words.length; word++) {
      words[word] = Atomics.load(ring, at);
      if (++at === ring.length) at = 0;
    }
    if (Atomics.load(slots, slot + VERSION) === version) return { slot, version, revision, bytes: new Uint8Array(words.buffer, 0, bytes) };
  }
  return undefined;
}

/** Each block of the ring begins with the slot that it is of, and its own size in words, these two included. */
const HEADER_WORDS = 2;

/** The owner's side: the only one that writes. */
export class SharedRecordsWriter {
  readonly memory: SharedRecordsMemory;
  readonly #slots: Int32Array;
  readonly #ring: Int32Array;
  /** Where each record stands: the owner asks itself, not the table. */
  readonly #slotOf = new Map<string, number>();
  readonly #pathOf = new Map<number, string>();
  readonly #encoder = new TextEncoder();
  /** Where the next block goes, and where the oldest one begins; both run on for ever and are taken modulo the ring. */
  #head = 0;
  #tail = 0;

  constructor(memory: SharedRecordsMemory) {
    this.memory = memory;
    this.#slots = new Int32Array(memory.slots);
    this.#ring = new Int32Array(memory.ring);
  }

  get count(): number {
    return this.#slotOf.size;
  }

  has(path: string): boolean {
    return this.#slotOf.has(path);
  }

  /** Makes room by dropping the oldest. What is larger than the whole ring is left out, and so is what it replaces. */
  put(path: string, json: string, revision: number): void {
    const encoded = this.#encoder.encode(json);
    const words = HEADER_WORDS + Math.ceil(encoded.length / 4);
    if (words > this.#ring.length) {
      this.delete(path);
      return;
    }
    while (this.#head + words - this.#tail > this.#ring.length) this.#dropOldest();
    assert(this.#tail <= this.#head, "what is dropped was put before");
    const slot = this.#slotOf.get(path) ?? this.#freeSlot(hashPath(path));
    this.#write(slot, () => {
      const start = this.#head;
      this.#store(start, slot);
      this.#store(start + 1, words);
      const padded = new Int32Array(words - HEADER_WORDS);
      new Uint8Array(padded.buffer).set(encoded);
      for (let word = 0; word < padded.length; word++) this.#store(start + HEADER_WORDS + word, padded[word] ?? 0);
      this.#head += words;
      Atomics.store(this.#slots, slot + HASH, hashPath(path));
      Atomics.store(this.#slots, slot + OFFSET, (start + HEADER_WORDS) % this.#ring.length);
      Atomics.store(this.#slots, slot + BYTES, encoded.length);
      store53(this.#slots, slot + REVISION, revision);
    });
    assert(this.#head - this.#tail <= this.#ring.length, "the ring holds what was put");
    this.#slotOf.set(path, slot);
    this.#pathOf.set(slot, path);
    assert(this.#slotOf.size === this.#pathOf.size, "each slot is of one path");
  }

  /** From now on no reader finds it. Its bytes stay until the ring comes round. */
  delete(path: string): void {
    const slot = this.#slotOf.get(path);
    if (slot !== undefined) this.#empty(slot);
  }

  clear(): void {
    for (const slot of this.#slotOf.values()) this.#empty(slot);
  }

  /** Of every record that is shared, the revision that it is said to be of. */
  *revisions(): Generator<readonly [path: string, revision: number], void, undefined> {
    for (const [path, slot] of this.#slotOf) yield [path, load53(this.#slots, slot + REVISION)];
  }

  /** What does not hold; empty where all does. */
  verify(): Finding[] {
    const findings: Finding[] = [];
    for (const [path, slot] of this.#slotOf) {
      if (this.#pathOf.get(slot) !== path)
        findings.push(finding("SHARING_RECORD", `the slot of ${JSON.stringify(path)} is another's`, { path }));
      if (Atomics.load(this.#slots, slot + HASH) !== hashPath(path))
        findings.push(finding("SHARING_RECORD", `the slot of ${JSON.stringify(path)} has another hash`, { path }));
    }
    if (this.#head - this.#tail > this.#ring.length) findings.push(finding("SHARING_SPACE", "the ring holds more than fits"));
    return findings;
  }

  #dropOldest(): void {
    const slot = this.#load(this.#tail);
    const words = this.#load(this.#tail + 1);
    assert(words >= HEADER_WORDS && this.#tail + words <= this.#head, "a block says its own size");
    const isCurrent = Atomics.load(this.#slots, slot + OFFSET) === (this.#tail + HEADER_WORDS) % this.#ring.length;
    if (isCurrent && this.#pathOf.has(slot)) this.#empty(slot);
    this.#tail += words;
  }

  /** One of the few slots that a hash may stand in: an empty one, or the one whose record is the oldest. */
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
    Atomics.store(this.#ring, at % this.#ring.length, value);
  }

  #load(at: number): number {
    return Atomics.load(this.#ring, at % this.#ring.length);
  }
}
