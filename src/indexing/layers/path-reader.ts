import { assert } from "../../base/assert.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { type IndexLayer, PATHS_A_BLOCK } from "./layer.ts";

/**
 * Reads the paths of a layer's ranks fast if the ranks are near each other, or are read often.
 * Valid until the next write to the index.
 */
export class PathReader {
  readonly #layer: IndexLayer;
  #block = -1;
  #paths: readonly string[] = [];

  constructor(layer: IndexLayer) {
    this.#layer = layer;
  }

  at(rank: number): ProjectPath {
    const block = Math.floor(rank / PATHS_A_BLOCK);
    if (block !== this.#block) {
      this.#paths = this.#layer.pathBlock(block);
      this.#block = block;
    }
    const path = this.#paths[rank - block * PATHS_A_BLOCK];
    assert(path !== undefined, "every rank has a record");
    return path as ProjectPath;
  }
}
