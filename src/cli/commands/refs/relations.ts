import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import type { ReferenceDirection, ReferencesAnswer, RelatedFile } from "../../../query/references/references-query.ts";
import type { CitingForm } from "../../../references/normal-target.ts";
import type { Paging } from "../../answers/paging.ts";
import type { Place } from "../../place/place.ts";
import { type DocumentMeant, documentsMeant } from "./documents-meant.ts";

export interface RelationsWanted {
  readonly direction: ReferenceDirection;
  readonly depth: number;
  readonly forms: readonly CitingForm[] | undefined;
  readonly paging: Paging;
}

/** A document that was asked for. */
export interface RelationsTarget {
  readonly target: string;
  readonly exists: boolean;
  readonly section?: string;
  /** The number of files that are related to it. */
  readonly total: number;
}

export interface Relations {
  /** More than one if the command got a glob. */
  readonly targets: readonly RelationsTarget[];
  /** The files that are related to any of the targets. The first path of the way is the target. */
  readonly items: readonly RelatedFile[];
  readonly total: number;
  readonly revision: number;
}

/**
 * Returns the files that refer to the typed document, or the files that it refers to. Throws
 * `E_QUERY`.
 */
export async function askRelations(cache: MetadataCache, place: Place, typed: string, wanted: RelationsWanted): Promise<Relations> {
  const { isGlob, documents } = await documentsMeant(cache, place, typed);
  const answers = isGlob ? await ofAll(cache, documents, wanted) : await ofFirst(cache, documents, wanted);
  const items = answers.flatMap((answer) => answer.items);
  const { limit, skipped } = wanted.paging;
  return {
    targets: answers.map(({ target, exists, section, total }) => ({ target, exists, ...(section !== undefined && { section }), total })),
    items: items.slice(skipped, limit === undefined ? undefined : skipped + limit),
    total: answers.reduce((sum, { total }) => sum + total, 0),
    revision: answers[0]?.revision ?? cache.revision,
  };
}

async function ofAll(
  cache: MetadataCache,
  documents: readonly DocumentMeant[],
  wanted: RelationsWanted,
): Promise<readonly ReferencesAnswer[]> {
  const answers: ReferencesAnswer[] = [];
  for (const document of documents) answers.push(await ask(cache, document, wanted));
  return answers;
}

/**
 * Returns the answer for the first document that exists or that a file refers to. If there is none,
 * returns the answer for the first document.
 */
async function ofFirst(
  cache: MetadataCache,
  documents: readonly DocumentMeant[],
  wanted: RelationsWanted,
): Promise<readonly ReferencesAnswer[]> {
  let first: ReferencesAnswer | undefined;
  for (const document of documents) {
    const answer = await ask(cache, document, wanted);
    if (answer.exists || answer.total > 0) return [answer];
    first ??= answer;
  }
  return first === undefined ? [] : [first];
}

function ask(
  cache: MetadataCache,
  document: DocumentMeant,
  { direction, depth, forms, paging }: RelationsWanted,
): Promise<ReferencesAnswer> {
  const { limit, skipped } = paging;
  return cache.references({ ...document, direction, depth, forms, places: true, limit: limit === undefined ? undefined : skipped + limit });
}
