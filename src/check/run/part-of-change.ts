import type { RepositoryChange } from "./git/change.ts";

/**
 * Selects references in and to these paths of the project. A folder means everything in it. Returns
 * `undefined` for the root, which means everything.
 */
export function changeOfPaths(paths: readonly string[], files: Iterable<string>): RepositoryChange | undefined {
  if (paths.some(isRoot)) return undefined;
  const changed = new Set<string>();
  const removed = new Set(paths);
  for (const file of files) {
    const named = paths.filter((path) => isIn(file, path));
    if (named.length > 0) changed.add(file);
    for (const path of named) removed.delete(path);
  }
  return { changed, removed, hadSection: always };
}

/** Selects what a change did to these files, or to files in these folders. */
export function partOfChange(change: RepositoryChange, paths: readonly string[]): RepositoryChange {
  const isWanted = (file: string): boolean => paths.some((path) => isIn(file, path));
  return {
    ...change,
    changed: new Set([...change.changed].filter(isWanted)),
    removed: new Set([...change.removed].filter(isWanted)),
    whole: change,
  };
}

function isRoot(path: string): boolean {
  return path === "" || path === ".";
}

/** True if the path means this file: it names the file, a folder around it, or the root. */
export function isIn(file: string, path: string): boolean {
  return isRoot(path) || file === path || file.startsWith(`${path}/`);
}

/** The earlier content of a document is not known, so every missing section counts. */
export function always(): Promise<boolean> {
  return Promise.resolve(true);
}
