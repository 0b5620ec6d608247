import { isMetacacheError, problemOf } from "../../base/errors.ts";
import { describeFinding, type Finding, finding } from "../../base/finding.ts";
import type { SkippedFile, SourceRuns, SourceStore } from "../../database/source-store.ts";
import type { Output } from "../terminal/output.ts";
import { INDEX_AGAIN } from "./outdated-files.ts";

/**
 * Why the index may lack files, and what to do: the tree was never read to its end, or not since a
 * run was interrupted. `undefined` if it was read whole, and for records that no indexing run has
 * made.
 */
export async function incompleteness(source: Pick<SourceStore, "runs">): Promise<Finding | undefined> {
  try {
    return describeIncomplete(await source.runs());
  } catch (error) {
    // Another program has written nonsense there: the records may be right all the same.
    if (isMetacacheError(error, "E_RECORD")) return finding("TREE_INCOMPLETE", problemOf(error), { remedy: INDEX_AGAIN });
    throw error;
  }
}

export function describeIncomplete(runs: SourceRuns | undefined): Finding | undefined {
  if (runs === undefined) return undefined;
  const { complete, latest } = runs;
  if (complete === undefined)
    return finding("TREE_INCOMPLETE", "the index is incomplete: the tree was never read to its end", { remedy: INDEX_AGAIN });
  if (complete.begunAt < latest.begunAt) {
    const problem = "the index may be incomplete: the last run was interrupted, or is not over yet, or the index was cleared";
    return finding("TREE_INCOMPLETE", problem, { remedy: INDEX_AGAIN });
  }
  if (complete.isTrusted) return undefined;
  const problem = "the index may hold files that no longer belong to the tree: git could not list it";
  return finding("TREE_UNTRUSTED", problem, { remedy: `${INDEX_AGAIN} where git works` });
}

/** Says beside an answer that it may lack files. */
export function noteIncomplete(output: Output, incomplete: Finding | undefined): void {
  if (incomplete !== undefined) output.note(describeFinding(incomplete));
}

/** The same for the document of `--json`. */
export function incompleteContent(incomplete: Finding | undefined): object {
  return incomplete === undefined ? {} : { incomplete };
}

/** Why a file has no record, as the end of a sentence. */
export function describeSkip({ reason, detail }: SkippedFile): string {
  const why = `it was skipped: ${reason}${detail === undefined ? "" : `, ${detail}`}`;
  if (reason === "too-large") return `${why}; \`metacache index --max-file-bytes N\` raises the limit`;
  if (reason === "language") return `${why}; \`metacache index --languages\` names others`;
  return why;
}

/** How many were skipped for each reason, the most frequent first. */
export function describeSkips(skipped: readonly SkippedFile[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const ordered = [...counts].sort(([, one], [, other]) => other - one);
  return ordered.map(([reason, count]) => `${reason} ${count}`).join(", ");
}

/** A moment as people write it, the same everywhere. */
export function moment(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}
