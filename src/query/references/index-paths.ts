import { successorOf } from "../../base/text/text-order.ts";
import type { KnownPaths } from "../../references/resolve.ts";
import type { IndexLayer } from "../../indexing/layers/layer.ts";
import { hasBit } from "../../indexing/layers/ranks.ts";

/** Tells which paths exist, from the index alone. Valid until the next write to the index. */
export class IndexPaths implements KnownPaths {
  readonly #layers: readonly IndexLayer[];
  /** Remembers answers, because most references of a project name the same few files. */
  readonly #known = new Map<string, boolean>();

  constructor(layers: readonly IndexLayer[]) {
    this.#layers = layers;
  }

  has(path: string): boolean {
    return this.#layers.some((layer) => layer.find(path) >= 0);
  }

  hasFolder(path: string): boolean {
    return this.#layers.some((layer) => hasBelow(layer, path));
  }

  /** Returns true if a file or a folder has this path. */
  exists(path: string): boolean {
    let known = this.#known.get(path);
    if (known === undefined) {
      known = this.has(path) || this.hasFolder(path);
      this.#known.set(path, known);
    }
    return known;
  }

  countNamed(name: string): number {
    let count = 0;
    for (const layer of this.#layers) {
      const ranks = layer.withTerm("fileName", name);
      if (ranks !== undefined) count += layer.countUnmasked(ranks);
    }
    return count;
  }

  named(name: string, limit: number): readonly string[] {
    const paths: string[] = [];
    for (const layer of this.#layers) {
      const { masked } = layer;
      let left = limit;
      layer.withTerm("fileName", name)?.forEach((rank) => {
        if (left === 0 || (masked !== undefined && hasBit(masked, rank))) return;
        left--;
        paths.push(layer.pathAt(rank));
      });
    }
    return this.#layers.length === 1 ? paths : paths.sort().slice(0, limit);
  }
}

function hasBelow(layer: IndexLayer, folder: string): boolean {
  const prefix = `${folder}/`;
  const first = layer.lowerBound(prefix);
  if (first === layer.ranks) return false;
  const { masked } = layer;
  if (masked === undefined || !hasBit(masked, first)) return layer.pathAt(first).startsWith(prefix);
  const end = layer.lowerBound(successorOf(prefix) ?? prefix);
  for (let rank = first; rank < end; rank++) if (!hasBit(masked, rank)) return true;
  return false;
}
