import type { DanglingPlace } from "../finding.ts";

/** True for `docs/x.md @ 6ee3d4a`, which names the file as it was in that commit. */
export function isPinned(
  { path, place: { line, column = 1, target } }: DanglingPlace,
  lineAt: (path: string, line: number) => string,
): boolean {
  return /^[`'")\]]{0,3}\s*(?:@|at(?: commit)?)\s*`?[0-9a-f]{7,40}\b/.test(lineAt(path, line).slice(column - 1 + target.length));
}
