import assert from "node:assert/strict";
import type { Rival } from "../rivals/rival.ts";

/**
 * Throws if a rival's records differ from metacache's: the same paths, equal in every field, and in
 * order if the rival orders them.
 */
export function assertSameRecords(own: readonly { readonly path: string }[], rival: Rival, theirs: readonly unknown[]): void {
  const plain = theirs.map((item) => rival.plain(item) as { readonly path: string });
  if (!rival.ordered) plain.sort((a, b) => (a.path < b.path ? -1 : 1));
  assert.deepEqual(plain, own, `${rival.name} has other answers than metacache`);
}

export function assertSamePaths(own: readonly string[], rival: Rival, theirs: readonly string[]): void {
  assert.deepEqual(rival.ordered ? theirs : theirs.toSorted(), own, `${rival.name} finds other paths than metacache`);
}
