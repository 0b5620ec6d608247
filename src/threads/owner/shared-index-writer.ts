import { assert } from "../../base/assert.ts";
import { type Finding, finding } from "../../base/finding.ts";
import type { StoredChange } from "../../database/metadata-database.ts";
import type { Image } from "../../indexing/image/image.ts";
import type { IndexManager } from "../../indexing/index-manager.ts";
import { termsOf } from "../../record/terms.ts";
import { encodePut, encodeRemoval, type Generation, type SharedImage } from "../protocol/generation.ts";
import { OpenedGeneration } from "../protocol/opened-generation.ts";

/**
 * The log's memory is allocated in pieces of at least this many bytes. Each piece is written from
 * its start to its end. It holds the logs of one or more generations.
 */
const DEFAULT_LOG_BYTES = 1_024 * 1_024;
/**
 * New memory has room for at least this many times the first entries of its first generation. So
 * most of the log is changes.
 */
const LOG_FACTOR = 2;

/**
 * The owner's side of the shared index. It hands out the images of the index, and keeps a log of
 * all changes that are not in these images. A new generation starts when the index has other
 * images, or when the log is full.
 *
 * Each method that changes the shared index returns the new generation, if one started. Send it to
 * the readers before you publish a state that names it.
 */
export class SharedIndexWriter {
  readonly #logBytes: number;
  readonly #serials = new WeakMap<Image, number>();
  #nextSerial = 1;
  #log: Uint8Array<SharedArrayBuffer>;
  #logged = 0;
  #images: readonly Image[] = [];
  #generation: Generation;

  constructor(index: IndexManager, logBytes: number = DEFAULT_LOG_BYTES) {
    this.#logBytes = logBytes;
    this.#log = newLog(logBytes);
    this.#generation = this.#begun(1, index);
  }

  get generation(): Generation {
    return this.#generation;
  }

  /** The end of the log, in bytes. */
  get logged(): number {
    return this.#logged;
  }

  /** The memory that the index takes only because it is shared, in bytes. */
  get byteLength(): number {
    return this.#generation.images.reduce((sum, { masked }) => sum + (masked?.byteLength ?? 0), this.#log.byteLength);
  }

  /** Logs changes that were made in the index. */
  changed(index: IndexManager, changes: readonly StoredChange[]): Generation | undefined {
    const { images } = index;
    if (images.length !== this.#images.length || images.some(({ image }, place) => image !== this.#images[place])) return this.begin(index);
    const lines = changes.map(encodeChange);
    if (this.#logged + lengthOf(lines) > this.#log.length) return this.begin(index);
    this.#append(lines);
    return undefined;
  }

  /** Starts a generation of the index as it is now. */
  begin(index: IndexManager): Generation {
    this.#generation = this.#begun(this.#generation.number + 1, index);
    return this.#generation;
  }

  /**
   * Checks that readers see the index as it is now. Returns a finding for each difference. Cost:
   * O(the index).
   */
  verify(index: IndexManager): Finding[] {
    const shared = new OpenedGeneration(this.#generation);
    shared.replayTo(this.#logged);
    const findings: Finding[] = [];
    if (shared.index.size !== index.size)
      findings.push(finding("SHARING_INDEX", `readers see ${shared.index.size} files, the index has ${index.size}`));
    for (const path of index.paths()) {
      const [own, seen] = [index.idOf(path), shared.index.idOf(path)];
      assert(own !== undefined, "an index finds its own paths");
      if (seen === undefined || shared.index.revisionOf(seen) !== index.revisionOf(own))
        findings.push(
          finding("SHARING_INDEX", `readers see ${JSON.stringify(path)} at another revision than the index, or not at all`, { path }),
        );
    }
    return findings;
  }

  #begun(number: number, index: IndexManager): Generation {
    const lines = Array.from(index.recordsInMaps(), (record) => encodePut(record, record.revision, record.terms));
    const needed = lengthOf(lines);
    if (this.#logged + LOG_FACTOR * needed > this.#log.length) {
      this.#log = newLog(Math.max(this.#logBytes, LOG_FACTOR * needed));
      this.#logged = 0;
    }
    this.#images = index.images.map(({ image }) => image);
    const images = index.images.map(({ image, masked }): SharedImage => ({
      serial: this.#serialOf(image),
      memory: image.memory,
      masked: masked === undefined ? undefined : copyOf(masked),
    }));
    const logFrom = this.#logged;
    this.#append(lines);
    return { number, images, log: this.#log.buffer, logFrom };
  }

  #append(lines: readonly Uint8Array[]): void {
    for (const line of lines) {
      this.#log.set(line, this.#logged);
      this.#logged += line.length;
    }
    assert(this.#logged <= this.#log.length, "the log fits into its memory");
  }

  #serialOf(image: Image): number {
    let serial = this.#serials.get(image);
    if (serial === undefined) this.#serials.set(image, (serial = this.#nextSerial++));
    return serial;
  }
}

function encodeChange(change: StoredChange): Uint8Array {
  const record = "record" in change ? change.record : undefined;
  return record === undefined ? encodeRemoval(change.path, change.revision) : encodePut(record, change.revision, termsOf(record));
}

function newLog(bytes: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(bytes));
}

function lengthOf(lines: readonly Uint8Array[]): number {
  return lines.reduce((sum, { length }) => sum + length, 0);
}

function copyOf(masked: Uint32Array): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(masked.byteLength);
  new Uint32Array(memory).set(masked);
  return memory;
}
