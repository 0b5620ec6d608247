import { assert } from "../../base/assert.ts";
import { Image } from "../../indexing/image/image.ts";
import { IndexManager } from "../../indexing/index-manager.ts";
import { QueryEngine } from "../../query/query-engine.ts";
import { type Generation, playLog } from "./generation.ts";

/** A generation as a reader asks it: an index of the owner's images, on which the changes of the log are made. Follows the log as far as it is told. */
export class OpenedGeneration {
  readonly number: number;
  readonly index: IndexManager;
  readonly engine: QueryEngine;
  readonly #images: ReadonlyMap<number, Image>;
  readonly #log: Uint8Array;
  #logged: number;

  /** `before` may have opened some of the images already. */
  constructor({ number, images, log, logFrom }: Generation, before?: OpenedGeneration) {
    this.number = number;
    const known = before === undefined ? new Map<number, Image>() : before.#images;
    this.#images = new Map(images.map(({ serial, memory }) => [serial, known.get(serial) ?? Image.of(memory)]));
    this.index = IndexManager.ofLayers(
      images.map(({ serial, masked }) => ({
        image: this.#images.get(serial) as Image,
        masked: masked === undefined ? undefined : new Uint32Array(masked),
      })),
      // The owner makes the images: what is in none stays in the maps.
      Infinity,
    );
    this.engine = new QueryEngine(this.index);
    this.#log = new Uint8Array(log);
    this.#logged = logFrom;
  }

  /** Makes the changes of the log up to `logged`. */
  replayTo(logged: number): void {
    if (logged === this.#logged) return;
    assert(logged > this.#logged && logged <= this.#log.length, "a log only grows, within its memory");
    playLog(this.index, this.#log.slice(this.#logged, logged));
    this.#logged = logged;
  }
}
