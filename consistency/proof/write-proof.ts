import type { HistoryTree } from "./history-tree.ts";
import type { Failed, Writing } from "../operations/operation.ts";
import { branchOf, type Position, revisionOf } from "./position.ts";

/** Where the records of a write were stored: nowhere, in one transaction, or wrongly. */
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
    return { kind: "torn", why: `the write was not made in one transaction, its records are at the revisions ${revisions}` };
  }
  return { kind: "together", first, last };
}

/**
 * Checks an acknowledged write: all of it was stored by the position that it names, and after
 * everything that was there before it started. A restore of an older state may have undone it
 * since.
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
  // Digests are new, so every put changes a row. A removal changes a row only if the file existed.
  if (remove.length === 0 && changed !== put.length) return `${put.length} rows changed, not ${changed}`;
  const history = tree.at(branchOf(place.first));
  const left = remove.find((path) => !history.hadWithin(path, undefined, first - 1, last));
  return left === undefined ? undefined : `the removal of ${left} was acknowledged, and was not made`;
}

/**
 * Checks that at some moment of the call none of the paths had a file, because the reported number
 * had just been removed.
 */
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

/**
 * Checks a failed write: nothing of it is stored, unless the error says that the result is unknown.
 */
export function violationOfFailedWrite(tree: HistoryTree, writing: Writing, { fault }: Failed): string | undefined {
  if (fault === "uncertain" || fault === "io") return violationOfUnfinished(tree, writing);
  const stored = writing.put.find(([, digest]) => tree.positionOf(digest) !== undefined);
  return stored === undefined ? undefined : `${stored.join(" as ")} was reported as failed, but was stored`;
}

/** Checks a write with an unknown result: it was stored whole, or not at all. */
export function violationOfUnfinished(tree: HistoryTree, writing: Writing): string | undefined {
  const place = placeOf(tree, writing);
  return place.kind === "torn" ? place.why : undefined;
}
