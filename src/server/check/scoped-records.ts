import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { ChangeScope, type TreeChange } from "../../check/change-scope.ts";
import { meaningOf, pathsOf } from "../../check/check-references.ts";
import { checkedPart, type CheckedRecord, type CheckedTree } from "../../check/checked-tree.ts";
import { citedPlacesOf } from "../../record/cited-places.ts";
import type { ReferencesQuery } from "../../query/references/references-query.ts";
import { DOCUMENT_LANGUAGES } from "../../record/document-languages.ts";

const PAGE = 500;

/**
 * Returns the records whose references a change can have broken: those of files that it touches, of
 * files with a reference to something that is gone, and of files that refer to a document that it
 * touches, because its headings may have changed. The index finds these files. To the index, a bare
 * name also means a file that has moved to another folder; to the check, a link does not.
 */
export async function recordsInScope(cache: MetadataCache, change: TreeChange, signal: AbortSignal): Promise<readonly CheckedRecord[]> {
  const scope = new ChangeScope(change);
  const paths = new Set(change.changed);
  const { items } = await cache.danglingReferences({ signal });
  for (const place of items) if (scope.covers(place, place.path, pathsOf(place, place.path))) paths.add(place.path);
  const own = await readRecords(cache, paths, signal);
  const asked: ReferencesQuery[] = own.flatMap(({ path, language }) =>
    DOCUMENT_LANGUAGES.includes(language) && change.changed.has(path) ? [{ path }] : [],
  );
  for (const name of scope.goneNames()) asked.push({ target: name, forms: ["link"] });
  const citing = new Set<string>();
  for (const query of asked)
    for (const item of (await cache.references(query, { signal })).items) if (!paths.has(item.path)) citing.add(item.path);
  return [...own, ...(await readRecords(cache, citing, signal))];
}

/** Adds the records of the documents to the tree whose sections these records name. */
export async function learnCitedDocuments(
  cache: MetadataCache,
  tree: CheckedTree,
  records: readonly CheckedRecord[],
  signal: AbortSignal,
): Promise<void> {
  const wanted = new Set<string>();
  for (const record of records) {
    for (const place of citedPlacesOf(record)) {
      const meaning = place.section === undefined ? undefined : meaningOf(place, record.path, tree);
      if (meaning?.is === "found" && !meaning.isFolder && tree.record(meaning.path) === undefined) wanted.add(meaning.path);
    }
  }
  for (const record of await readRecords(cache, wanted, signal)) tree.learn(record);
}

async function readRecords(cache: MetadataCache, paths: Iterable<string>, signal: AbortSignal): Promise<readonly CheckedRecord[]> {
  const records: CheckedRecord[] = [];
  const all = [...paths];
  for (let start = 0; start < all.length; start += PAGE) {
    const page = await Promise.all(all.slice(start, start + PAGE).map((path) => cache.getMetadata(path, { signal })));
    for (const record of page) if (record !== undefined) records.push(checkedPart(record));
  }
  return records;
}
