import type { QueryAnswer } from "../../../calls/cache-calls.ts";
import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import type { FoundSymbol, SymbolQuery } from "../../../query/symbols/symbol-query.ts";
import type { Paging } from "../../answers/paging.ts";

/** How a name is compared: `begins` also finds what is only like it if nothing begins so. */
export type Way = "begins" | "exact" | "like";

export interface Wanted {
  readonly name: string;
  readonly way: Way;
  readonly criteria: SymbolQuery;
  readonly paging: Paging;
}

/** What was found, and how. */
export interface Finding {
  readonly name: string;
  readonly way: Way;
  /** The words between a count and the revision: `named parse*`. */
  readonly named: string;
  readonly items: readonly FoundSymbol[];
  readonly total: number;
  readonly revision: number;
}

/** Finds what is called so, in one answer of the cache for each way that is tried. */
export async function findSymbols(cache: MetadataCache, { name: typed, way, criteria, paging }: Wanted): Promise<Finding> {
  // A star says what is done anyway.
  const name = typed.length > 1 && typed.endsWith("*") ? typed.slice(0, -1) : typed;
  const find = async (tried: Way): Promise<Finding> => {
    const { items, total, revision } = await symbolsOf(cache, { ...criteria, ...NAMES[tried](name) }, paging);
    return { name, way: tried, named: WORDS[tried](name), items, total, revision };
  };
  const found = await find(way);
  return found.total > 0 || way !== "begins" || typed !== name ? found : find("like");
}

const NAMES: Readonly<Record<Way, (name: string) => Pick<SymbolQuery, "name">>> = {
  exact: (name) => ({ name }),
  // As editors have it: a capital is meant, a small letter may be either.
  begins: (name) => (name === name.toLowerCase() ? { name: { prefix: name, ignoreCase: true } } : { name: { prefix: name } }),
  like: (name) => ({ name: { like: name } }),
};

const WORDS: Readonly<Record<Way, (name: string) => string>> = {
  exact: (name) => `named ${name}`,
  begins: (name) => `named ${name}*`,
  like: (name) => `like ${name}`,
};

/** The page that is asked for. The records of those before it are read, too. */
async function symbolsOf(cache: MetadataCache, query: SymbolQuery, { limit, skipped }: Paging): Promise<QueryAnswer<FoundSymbol>> {
  if (skipped === 0 || limit === undefined) return cache.symbols({ ...query, limit });
  const answer = await cache.symbols({ ...query, limit: skipped + limit });
  return { ...answer, items: answer.items.slice(skipped) };
}
