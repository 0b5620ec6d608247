import type { History } from "./history.ts";
import type { Failed, Writing, Written } from "./operation.ts";

/** Where the records of a write were stored: nowhere, in one transaction, or not as they should be. */
type Place =
  | { readonly kind: "nowhere" }
  | { readonly kind: "together"; readonly first: number; readonly last: number }
  | { readonly kind: "torn"; readonly why: string };

function placeOf(history: History, { put }: Writing): Place {
  const revisions = put.map(([, digest]) => history.revisionOf(digest)).filter((revision) => revision !== undefined);
  if (revisions.length === 0) return { kind: "nowhere" };
  const missing = put.find(([, digest]) => history.revisionOf(digest) === undefined);
  if (missing !== undefined) return { kind: "torn", why: `only a part of the write was stored, ${missing.join(" as ")} was not` };
  const first = Math.min(...revisions);
  const last = Math.max(...revisions);
  if (last - first + 1 !== revisions.length) {
    return { kind: "torn", why: `the write was not made in one transaction, its records stand at the revisions ${revisions.join(", ")}` };
  }
  return { kind: "together", first, last };
}

/** Lets the history know which revisions lie within this write's transaction. */
export function markTransactionOf(history: History, writing: Writing): void {
  const place = placeOf(history, writing);
  if (place.kind === "together") history.markTransaction(place.first - 1, place.last);
}

/** Of a write that was acknowledged: all of it is stored by the revision that it names, and after what was there before it began. */
export function violationOfWritten(
  history: History,
  writing: Writing,
  { revision, changed }: Written,
  committedBefore: number,
): string | undefined {
  const { put, remove } = writing;
  if (put.length === 0) return violationOfRemoval(history, remove, { from: committedBefore, to: revision, changed });
  const lost = put.find(([, digest]) => (history.revisionOf(digest) ?? Infinity) > revision);
  if (lost !== undefined) return `${lost.join(" as ")} was acknowledged, and was not stored by then`;
  const place = placeOf(history, writing);
  if (place.kind !== "together") return place.kind === "torn" ? place.why : undefined;
  if (place.first <= committedBefore) {
    return `it was stored at revision ${place.first}, and revision ${committedBefore} had been seen before it began`;
  }
  // Digests are new, so every row changes; what a write also removes may have been there or not.
  if (remove.length === 0 && changed !== put.length) return `${put.length} rows changed, not ${changed}`;
  const left = remove.find((path) => !history.hadWithin(path, undefined, place.first - 1, place.last));
  return left === undefined ? undefined : `the removal of ${left} was acknowledged, and was not made`;
}

/** There is a moment of the call at which none of the paths had a file, because as many as were reported had just been removed. */
function violationOfRemoval(
  history: History,
  paths: readonly string[],
  { from, to, changed }: { readonly from: number; readonly to: number; readonly changed: number },
): string | undefined {
  for (let last = from + changed; last <= to; last++) {
    const removed = new Set<string>();
    for (let revision = last - changed + 1; revision <= last; revision++) {
      const path = history.removedAt(revision);
      if (path !== undefined && paths.includes(path)) removed.add(path);
    }
    if (removed.size === changed && paths.every((path) => history.digestAt(path, last) === undefined)) return undefined;
  }
  return `the removal of ${changed} files was acknowledged, and was not made between the revisions ${from} and ${to}`;
}

/** Of a write that failed: nothing of it is stored, unless the error says that nobody knows. */
export function violationOfFailedWrite(history: History, writing: Writing, { fault }: Failed): string | undefined {
  if (fault === "uncertain" || fault === "io") return violationOfUnfinished(history, writing);
  const stored = writing.put.find(([, digest]) => history.revisionOf(digest) !== undefined);
  return stored === undefined ? undefined : `${stored.join(" as ")} was said to have failed, and was stored`;
}

/** Of a write of which nobody knows whether it was made: it was made whole, or not at all. */
export function violationOfUnfinished(history: History, writing: Writing): string | undefined {
  const place = placeOf(history, writing);
  return place.kind === "torn" ? place.why : undefined;
}
