import type { CitedPlace } from "../../record/cited-places.ts";
import { candidatesOf } from "../../references/candidates.ts";
import type { IndexPaths } from "./index-paths.ts";
import type { Sought } from "./citing-files.ts";

/**
 * Returns true if a place in the file `citingPath` means the sought path. The path does not need to
 * exist.
 */
export function means({ form, target }: CitedPlace, citingPath: string, sought: Sought, paths: IndexPaths): boolean {
  for (const { role, path } of candidatesOf(form, target, citingPath)) {
    if (role === "written") return sought.isWritten && path === sought.path;
    if (sought.isWritten || role === "outside") return false;
    if (role === "named") return isNamed(path, sought, paths);
    if (path === sought.path) return true;
    if (paths.exists(path)) return false;
  }
  return false;
}

function isNamed(name: string, { path, exists, isFolder }: Sought, paths: IndexPaths): boolean {
  return !isFolder && path.slice(path.lastIndexOf("/") + 1) === name && paths.countNamed(name) === (exists ? 1 : 0);
}
