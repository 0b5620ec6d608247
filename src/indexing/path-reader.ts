import { assert } from "../base/assert.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { IndexLayer } from "./layer.ts";

/** Paths are unpacked in blocks, which costs little more than one of them. */
const BLOCK = 16;

/** Reads the paths of a layer's ranks, near to each other quickly. Valid until the index's next write. */
export class PathReader {
  readonly #layer: IndexLayer;
  #first = -BLOCK;
  #paths: readonly string[] = [];

  constructor(layer: IndexLayer) {
    this.#layer = layer;
  }

  at(rank: number): ProjectPath {
    const first = rank & ~(BLOCK - 1);
    if (first !== this.#first) {
      this.#paths = this.#layer.pathsBetween(first, Math.min(first + BLOCK, this.#layer.ranks));
      this.#first = first;
    }
    const path = this.#paths[rank - first];
    assert(path !== undefined, "a rank stands for a record");
    return path as ProjectPath;
  }
}
