import type { HistoryTree } from "./history-tree.ts";
import type { Failed, Writing } from "./operation.ts";
import { branchOf, type Position, revisionOf } from "./position.ts";

/** Where the records of a write were stored: nowhere, in one transaction, or not as they should be. */
type Place =
  | { readonly kind: "nowhere" }
  | { readonly kind: "together"; readonly first: Position; readonly last: Position }
  | { readonly kind: "torn"; readonly why: string };

export function placeOf(tree: HistoryTree, { put }: Writing): Place {
  const positions = put.map(([, digest]) => tree.positionOf(digest)).filter((position) => position !== undefined);
  if (positions.length === 0) return { kind: "nowhere" };
  const missing = put.find(([, digest]) => tree.positionOf(digest) === undefined);
  if (missing !== undefined) return { kind: "torn", why: `only a part of the write was stored, ${missing.join(" as ")} was not` };
  const first = Math.min(...positions);
  const last = Math.max(...positions);
  if (last - first + 1 !== positions.length) {
    const revisions = positions.map(revisionOf).join(", ");
    return { kind: "torn", why: `the write was not made in one transaction, its records stand at the revisions ${revisions}` };
  }
  return { kind: "together", first, last };
}

/**
 * Of a write that was acknowledged: all of it was stored by the position that it names, and after what was there before it began. An older
 * state that was put back since may have undone it.
 */
export function violationOfWritten(
  tree: HistoryTree,
  writing: Writing,
  { reached, changed }: { readonly reached: Position; readonly changed: number },
  committedBefore: Position,
): string | undefined {
  const { put, remove } = writing;
  if (put.length === 0) return violationOfRemoval(tree, remove, { from: committedBefore, to: reached, changed });
  const lost = put.find(([, digest]) => (tree.positionOf(digest) ?? Infinity) > reached);
  if (lost !== undefined) return `${lost.join(" as ")} was acknowledged, and was not stored by then`;
  const place = placeOf(tree, writing);
  if (place.kind !== "together") return place.kind === "torn" ? place.why : undefined;
  const [first, last] = [revisionOf(place.first), revisionOf(place.last)];
  if (place.first <= committedBefore) {
    return `it was stored at revision ${first}, and revision ${revisionOf(committedBefore)} had been seen before it began`;
  }
  // Digests are new, so every row changes; what a write also removes may have been there or not.
  if (remove.length === 0 && changed !== put.length) return `${put.length} rows changed, not ${changed}`;
  const history = tree.at(branchOf(place.first));
  const left = remove.find((path) => !history.hadWithin(path, undefined, first - 1, last));
  return left === undefined ? undefined : `the removal of ${left} was acknowledged, and was not made`;
}

/** There is a moment of the call at which none of the paths had a file, because as many as were reported had just been removed. */
function violationOfRemoval(
  tree: HistoryTree,
  paths: readonly string[],
  call: { readonly from: Position; readonly to: Position; readonly changed: number },
): string | undefined {
  const { changed } = call;
  for (const { history, from, to } of tree.stretches(call.from, call.to)) {
    for (let last = from + changed; last <= to; last++) {
      const removed = new Set<string>();
      for (let revision = last - changed + 1; revision <= last; revision++) {
        const path = history.removedAt(revision);
        if (path !== undefined && paths.includes(path)) removed.add(path);
      }
      if (removed.size === changed && paths.every((path) => history.digestAt(path, last) === undefined)) return undefined;
    }
  }
  const [from, to] = [revisionOf(call.from), revisionOf(call.to)];
  return `the removal of ${changed} files was acknowledged, and was not made between the revisions ${from} and ${to}`;
}

/** Of a write that failed: nothing of it is stored, unless the error says that nobody knows. */
export function violationOfFailedWrite(tree: HistoryTree, writing: Writing, { fault }: Failed): string | undefined {
  if (fault === "uncertain" || fault === "io") return violationOfUnfinished(tree, writing);
  const stored = writing.put.find(([, digest]) => tree.positionOf(digest) !== undefined);
  return stored === undefined ? undefined : `${stored.join(" as ")} was said to have failed, and was stored`;
}

/** Of a write of which nobody knows whether it was made: it was made whole, or not at all. */
export function violationOfUnfinished(tree: HistoryTree, writing: Writing): string | undefined {
  const place = placeOf(tree, writing);
  return place.kind === "torn" ? place.why : undefined;
}
