import type { ProjectPath } from "../../record/project-path.ts";
import type { RecordId } from "../record-id.ts";
import { hashText } from "./text-hash.ts";
import { TextTable } from "./text-table.ts";

/**
 * Gives each path a small integer; the one of a path that was removed is used again. After `reorder`, ids below
 * `orderedBelow` stand in the order of their paths, and stay so: they are not used again.
 */
export class PathTable {
  #paths: (ProjectPath | undefined)[] = [];
  readonly #free: RecordId[] = [];
  readonly #table = new TextTable();
  #orderedBelow = 0;

  get size(): number {
    return this.#table.count;
  }

  /** All ids are below this. */
  get limit(): number {
    return this.#paths.length;
  }

  /** Bytes of everything, the characters of the paths included: the heap holds one byte or two for each, behind a header of 16. */
  get byteLength(): number {
    let bytes = this.#table.byteLength + this.#paths.length * BYTES_PER_POINTER;
    for (const path of this.#paths) if (path !== undefined) bytes += STRING_HEADER + ((path.length + 7) & ~7);
    return bytes;
  }

  get orderedBelow(): number {
    return this.#orderedBelow;
  }

  idOf(path: ProjectPath): RecordId | undefined {
    const table = this.#table;
    const hash = hashText(path);
    let slot = table.candidate(hash, table.slotOf(hash));
    while (slot >= 0 && this.#paths[table.numberAt(slot)] !== path) slot = table.candidate(hash, table.after(slot));
    return slot < 0 ? undefined : (table.numberAt(slot) as RecordId);
  }

  pathOf(id: RecordId): ProjectPath | undefined {
    return this.#paths[id];
  }

  /** Precondition: the path has no id. */
  add(path: ProjectPath): RecordId {
    const id = this.#free.pop() ?? (this.#paths.length as RecordId);
    this.#paths[id] = path;
    this.#table.add(id, hashText(path));
    return id;
  }

  /** Precondition, asserted: the id stands for a path. */
  delete(id: RecordId): void {
    this.#table.delete(id);
    this.#paths[id] = undefined;
    if (id >= this.#orderedBelow) this.#free.push(id);
  }

  /** Gives every path the id that `order` lists its present id at: all ids that stand for a path, in the order of the paths. */
  reorder(order: Uint32Array): void {
    const before = this.#paths;
    this.#paths = Array.from(order, (id) => before[id]);
    this.#table.reorder(order);
    this.#free.length = 0;
    this.#orderedBelow = order.length;
  }

  /** All paths, in no particular order. */
  *entries(): Generator<readonly [ProjectPath, RecordId], void, undefined> {
    for (let id = 0; id < this.#paths.length; id++) {
      const path = this.#paths[id];
      if (path !== undefined) yield [path, id as RecordId];
    }
  }
}

const BYTES_PER_POINTER = 8;
const STRING_HEADER = 16;
