import { isMetacacheError, problemOf } from "../../base/errors.ts";
import { describeFinding, type Finding, finding } from "../../base/finding.ts";
import type { SkippedFile, SourceRuns, SourceStore } from "../../database/source-store.ts";
import type { Output } from "../terminal/output.ts";
import { INDEX_AGAIN } from "./outdated-files.ts";

/**
 * Tells why the index may lack files, and what to do: no run has read the whole tree yet, or none
 * since a run was interrupted. Returns `undefined` if the whole tree was read, or if the records do
 * not come from an indexing run.
 */
export async function incompleteness(source: Pick<SourceStore, "runs">): Promise<Finding | undefined> {
  try {
    return describeIncomplete(await source.runs());
  } catch (error) {
    // Another program has stored invalid runs. The records may be right.
    if (isMetacacheError(error, "E_RECORD")) return finding("TREE_INCOMPLETE", problemOf(error), { remedy: INDEX_AGAIN });
    throw error;
  }
}

export function describeIncomplete(runs: SourceRuns | undefined): Finding | undefined {
  if (runs === undefined) return undefined;
  const { complete, latest } = runs;
  if (complete === undefined)
    return finding("TREE_INCOMPLETE", "the index is incomplete: no run has read the whole tree yet", { remedy: INDEX_AGAIN });
  if (complete.begunAt < latest.begunAt) {
    const problem = "the index may be incomplete: the last run was interrupted or still runs, or the index was cleared";
    return finding("TREE_INCOMPLETE", problem, { remedy: INDEX_AGAIN });
  }
  if (complete.isTrusted) return undefined;
  const problem = "the index may have files that no longer belong to the tree: git could not list the tree";
  return finding("TREE_UNTRUSTED", problem, { remedy: `${INDEX_AGAIN} on a machine where git works` });
}

/** Says on stderr that the answer may lack files. */
export function noteIncomplete(output: Output, incomplete: Finding | undefined): void {
  if (incomplete !== undefined) output.note(describeFinding(incomplete));
}

/** Returns the same for the document of `--json`. */
export function incompleteContent(incomplete: Finding | undefined): object {
  return incomplete === undefined ? {} : { incomplete };
}

/** Returns the reason why a file has no record, as the end of a sentence. */
export function describeSkip({ reason, detail }: SkippedFile): string {
  const why = `it was skipped: ${reason}${detail === undefined ? "" : `, ${detail}`}`;
  if (reason === "too-large") return `${why}; \`metacache index --max-file-bytes N\` raises the limit`;
  if (reason === "language") return `${why}; \`metacache index --languages\` selects others`;
  return why;
}

/** Returns the number of skipped files for each reason, the most frequent first. */
export function describeSkips(skipped: readonly SkippedFile[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const ordered = [...counts].sort(([, one], [, other]) => other - one);
  return ordered.map(([reason, count]) => `${reason} ${count}`).join(", ");
}

/** Formats a time for people, in UTC on every machine. */
export function moment(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " UTC");
}
