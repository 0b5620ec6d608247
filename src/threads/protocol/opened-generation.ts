import { assert } from "../../base/assert.ts";
import { Image } from "../../indexing/image/image.ts";
import { IndexManager } from "../../indexing/index-manager.ts";
import { QueryEngine } from "../../query/query-engine.ts";
import { type Generation, playLog } from "./generation.ts";

/**
 * A generation as a reader opens it: an index of the owner's images, with the changes of the log
 * applied to it.
 */
export class OpenedGeneration {
  readonly number: number;
  readonly index: IndexManager;
  readonly engine: QueryEngine;
  readonly #images: ReadonlyMap<number, Image>;
  readonly #log: Uint8Array;
  #logged: number;

  /** Reuses the images that `before` has opened. */
  constructor({ number, images, log, logFrom }: Generation, before?: OpenedGeneration) {
    this.number = number;
    const known = before === undefined ? new Map<number, Image>() : before.#images;
    this.#images = new Map(images.map(({ serial, memory }) => [serial, known.get(serial) ?? Image.of(memory)]));
    this.index = IndexManager.ofLayers(
      images.map(({ serial, masked }) => ({
        image: this.#images.get(serial) as Image,
        masked: masked === undefined ? undefined : new Uint32Array(masked),
      })),
      // Only the owner makes images. All other records stay in the maps.
      Infinity,
    );
    this.engine = new QueryEngine(this.index);
    this.#log = new Uint8Array(log);
    this.#logged = logFrom;
  }

  /** Applies the changes of the log up to `logged`. */
  replayTo(logged: number): void {
    if (logged === this.#logged) return;
    assert(logged > this.#logged && logged <= this.#log.length, "a log only grows, within its memory");
    playLog(this.index, this.#log.slice(this.#logged, logged));
    this.#logged = logged;
  }
}
