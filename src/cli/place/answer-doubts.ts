import type { Finding } from "../../base/finding.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { Output } from "../terminal/output.ts";
import { findOutdated, noteOutdated, type OutdatedFile, outdatedContent } from "./outdated-files.ts";
import type { Place } from "./place.ts";
import { incompleteContent, noteIncomplete } from "./tree-reading.ts";

/** Why an answer may differ from the files. */
export interface AnswerDoubts {
  readonly outdated: readonly OutdatedFile[];
  /** Why the index may lack files. */
  readonly incomplete: Finding | undefined;
}

/** Says on stderr why the answer may differ from the files, and what to do. */
export function noteDoubts(output: Output, place: Place, { outdated, incomplete }: AnswerDoubts): void {
  noteOutdated(output, place, outdated);
  noteIncomplete(output, incomplete);
}

/** Returns the same for the document of `--json`. */
export function doubtsContent({ outdated, incomplete }: AnswerDoubts): object {
  return { ...outdatedContent(outdated), ...incompleteContent(incomplete) };
}

/**
 * Returns the files of an answer that have changed or are gone since they were indexed. Returns an
 * empty list if the project has no folder on this machine. Reads the records of the files.
 */
export async function outdatedAmong(
  root: string | undefined,
  cache: MetadataCache,
  paths: Iterable<string>,
): Promise<readonly OutdatedFile[]> {
  if (root === undefined) return [];
  const records = await Promise.all([...new Set(paths)].map(async (path) => cache.getMetadata(path)));
  const files = records.filter((record) => record !== undefined);
  const digests = new Map(files.map(({ path, digest }) => [path as string, digest]));
  return findOutdated(root, files, async (path) => digests.get(path));
}
