import type { CitedPlace } from "../record/cited-places.ts";
import { folderOf, nameOf } from "../references/candidates.ts";
import { normalTarget } from "../references/normal-target.ts";

/** What a change did to the files of a tree. */
export interface TreeChange {
  /** Files that the change added or changed, and the present names of renamed files. */
  readonly changed: ReadonlySet<string>;
  /** Files that the change removed, and the old names of renamed files. */
  readonly removed: ReadonlySet<string>;
}

/**
 * Tells which references a change may have broken: the references of the files that it changed, and
 * references from any file to what it removed, renamed or gave other headings.
 */
export class ChangeScope {
  readonly #change: TreeChange;
  /**
   * The removed paths, the folders that contained them, and every end of a removed path that has a
   * slash.
   */
  readonly #gone = new Set<string>();

  constructor(change: TreeChange) {
    this.#change = change;
    for (const path of change.removed) {
      for (let folder = path; folder !== ""; folder = folderOf(folder)) this.#gone.add(folder);
      for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) {
        const end = path.slice(at + 1);
        if (end.includes("/")) this.#gone.add(end);
      }
    }
  }

  /**
   * Whether the change removed one of these files. Then a path that means it was a citation, even
   * if the whole folder is gone with the file.
   */
  hasRemoved(paths: readonly string[]): boolean {
    return paths.some((path) => this.#change.removed.has(path));
  }

  /** Returns the names of the removed files, as references may write them. */
  goneNames(): readonly string[] {
    const names = new Set(Array.from(this.#change.removed, nameOf));
    return [...names].filter((name) => normalTarget(name)?.path === name);
  }

  hasFile(path: string): boolean {
    return this.#change.changed.has(path);
  }

  /**
   * True if the change may have broken a place in the file `citing`, which can mean the paths of
   * `candidates`.
   */
  covers(place: CitedPlace, citing: string, candidates: readonly string[]): boolean {
    if (this.hasFile(citing)) return true;
    if (candidates.some((path) => this.#gone.has(path) || (place.section !== undefined && this.hasFile(path)))) return true;
    return this.#gone.has(normalTarget(place.target)?.path ?? "");
  }
}
