import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { QUERIED_INDEXES } from "../../src/record/terms.ts";
import type { MetadataQuery } from "../../src/query/metadata-query.ts";

const QUERIES: readonly MetadataQuery[] = [
  {},
  { orderBy: "-size", limit: 2 },
  { select: ["path", "language"] },
  { select: ["path", "functions", "headerSections"] },
  { language: ["typescript", { prefix: "py" }], pathPattern: "a" },
  { functionName: { prefix: "p" }, pathPrefix: "lib/" },
  { className: "Cache", referenceDoc: "doc/DESIGN.md" },
];

/**
 * Everything that can be asked of a cache and says something of its state, as a copy that shares
 * nothing with it.
 */
export async function observe(cache: MetadataCache): Promise<unknown> {
  const answers = [];
  for (const query of QUERIES) {
    answers.push([await cache.query(query), cache.paths(query), cache.count(query), cache.explain(query, { run: true })]);
  }
  const paths = cache.paths({});
  const records = [];
  for (const path of paths) records.push([cache.peek(path), await cache.getMetadata(path)]);
  const { residents, residentBytes, indexBytes, records: indexed, terms, unreadable, revision, evictions, departures } = cache.getStats();
  const fingerprints = [];
  for await (const page of cache.fingerprints()) fingerprints.push(...page);
  return structuredClone({
    fingerprints,
    answers,
    records,
    terms: QUERIED_INDEXES.map((index) => cache.terms(index)),
    unreadable: cache.unreadable(),
    gauges: { residents, residentBytes, indexBytes, indexed, terms, unreadable, revision, evictions, departures },
    findings: [cache.verify(), await cache.verifyAgainstDatabase()],
  });
}
