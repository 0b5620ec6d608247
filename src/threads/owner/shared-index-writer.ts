import { assert } from "../../base/assert.ts";
import { type Finding, finding } from "../../base/finding.ts";
import type { StoredChange } from "../../database/metadata-database.ts";
import type { Image } from "../../indexing/image/image.ts";
import type { IndexManager } from "../../indexing/index-manager.ts";
import { termsOf } from "../../record/terms.ts";
import { encodePut, encodeRemoval, type Generation, type SharedImage } from "../protocol/generation.ts";
import { OpenedGeneration } from "../protocol/opened-generation.ts";

/** The log's memory comes in pieces of at least so much; each is written from its beginning to its end, through as many generations as it holds. */
const DEFAULT_LOG_BYTES = 1_024 * 1_024;
/** New memory holds at least so many times what its first generation begins with: so most of what is logged are changes. */
const LOG_FACTOR = 2;

/**
 * The owner's side of the shared index: hands out the images that the index lies in, and keeps a log of what has changed since. A new generation
 * begins when the index lies in other images, or the log is full.
 *
 * Each method that follows the index returns the generation that began, if one did. It must be sent to the readers before the published tells of it.
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

  /** Where the log ends. */
  get logged(): number {
    return this.#logged;
  }

  /** What the index takes only because it is shared. */
  get byteLength(): number {
    return this.#generation.images.reduce((sum, { masked }) => sum + (masked?.byteLength ?? 0), this.#log.byteLength);
  }

  /** Notes changes that were made in the index. */
  changed(index: IndexManager, changes: readonly StoredChange[]): Generation | undefined {
    const { images } = index;
    if (images.length !== this.#images.length || images.some(({ image }, place) => image !== this.#images[place])) return this.begin(index);
    const lines = changes.map(encodeChange);
    if (this.#logged + lengthOf(lines) > this.#log.length) return this.begin(index);
    this.#append(lines);
    return undefined;
  }

  /** Begins a generation of the index as it is now. */
  begin(index: IndexManager): Generation {
    this.#generation = this.#begun(this.#generation.number + 1, index);
    return this.#generation;
  }

  /** Whether readers see the index as it is now; returns what does not hold. O(the index). */
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
    assert(this.#logged <= this.#log.length, "the log fits its memory");
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
