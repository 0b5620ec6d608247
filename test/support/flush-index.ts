import { finished, type IndexManager } from "../../src/indexing/index-manager.ts";
import type { Renumbering } from "../../src/indexing/layers/renumbering.ts";

/** Makes an image of what changed last, at once; `undefined` if nothing did. */
export function flush(index: IndexManager): Renumbering | undefined {
  index.freeze();
  return index.frozen.length === 0 ? undefined : finished(index.merge(index.frozen)).renumbering;
}
