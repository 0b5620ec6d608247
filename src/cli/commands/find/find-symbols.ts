import type { QueryAnswer } from "../../../calls/cache-calls.ts";
import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import type { FoundSymbol, SymbolQuery } from "../../../query/symbols/symbol-query.ts";
import type { Paging } from "../../answers/paging.ts";

/** How a name is compared. `begins` falls back to `like` if no name begins with the given one. */
export type Way = "begins" | "exact" | "like";

export interface Wanted {
  readonly name: string;
  readonly way: Way;
  readonly criteria: SymbolQuery;
  readonly paging: Paging;
}

/** The found symbols, and how they were found. */
export interface FoundSymbols {
  readonly name: string;
  readonly way: Way;
  /** The words between the count and the revision: `named parse*`. */
  readonly named: string;
  readonly items: readonly FoundSymbol[];
  readonly total: number;
  readonly revision: number;
}

/** Finds the symbols with a name. Each way that is tried costs one call of the cache. */
export async function findSymbols(cache: MetadataCache, { name: typed, way, criteria, paging }: Wanted): Promise<FoundSymbols> {
  // A `*` at the end changes nothing, because a search finds any ending. It only excludes similar
  // names.
  const name = typed.length > 1 && typed.endsWith("*") ? typed.slice(0, -1) : typed;
  const find = async (tried: Way): Promise<FoundSymbols> => {
    const { items, total, revision } = await symbolsOf(cache, { ...criteria, ...NAMES[tried](name) }, paging);
    return { name, way: tried, named: WORDS[tried](name), items, total, revision };
  };
  const found = await find(way);
  return found.total > 0 || way !== "begins" || typed !== name ? found : find("like");
}

const NAMES: Readonly<Record<Way, (name: string) => Pick<SymbolQuery, "name">>> = {
  exact: (name) => ({ name }),
  // As in editors: a capital matches only a capital, and a small letter matches both.
  begins: (name) => (name === name.toLowerCase() ? { name: { prefix: name, ignoreCase: true } } : { name: { prefix: name } }),
  like: (name) => ({ name: { like: name } }),
};

const WORDS: Readonly<Record<Way, (name: string) => string>> = {
  exact: (name) => `named ${name}`,
  begins: (name) => `named ${name}*`,
  like: (name) => `like ${name}`,
};

/** Returns the requested page. Also reads the records of the pages before it. */
async function symbolsOf(cache: MetadataCache, query: SymbolQuery, { limit, skipped }: Paging): Promise<QueryAnswer<FoundSymbol>> {
  if (skipped === 0 || limit === undefined) return cache.symbols({ ...query, limit });
  const answer = await cache.symbols({ ...query, limit: skipped + limit });
  return { ...answer, items: answer.items.slice(skipped) };
}
