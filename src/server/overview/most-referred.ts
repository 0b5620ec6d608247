import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { compareValues } from "../../base/text/text-order.ts";

/** The maximum of documents to count. Each costs two searches in the index. */
const MAX_COUNTED = 5_000;
const DOCUMENTS = ["markdown", "restructuredtext", "asciidoc"];

export interface ReferredDocument {
  readonly path: string;
  readonly files: number;
}

/** Returns the documents that most files refer to, in headers, comments and links. */
export function mostReferred(cache: MetadataCache, pathPrefix: string | undefined, limit: number): readonly ReferredDocument[] {
  return cache
    .paths({ language: DOCUMENTS, pathPrefix, limit: MAX_COUNTED })
    .map((path) => ({ path, files: cache.count({ referenceDoc: path }) }))
    .filter(({ files }) => files > 0)
    .sort((one, other) => other.files - one.files || compareValues(one.path, other.path))
    .slice(0, limit);
}
