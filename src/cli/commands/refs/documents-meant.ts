import { isMetacacheError } from "../../../base/errors.ts";
import { nearest } from "../../../base/nearest.ts";
import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import { globPattern } from "../../place/glob.ts";
import type { Place } from "../../place/place.ts";

/** The path of a file, or what the library reads as a reference. */
export type DocumentMeant = { readonly path: string } | { readonly target: string };

/**
 * What a word may mean, the likeliest first. Files of that very path alone if there is one, or else
 * if it is a glob all that match; else a reference as seen from here, from the project's folder, or
 * as it stands.
 */
export async function documentsMeant(
  cache: MetadataCache,
  place: Place,
  typed: string,
): Promise<{ readonly isGlob: boolean; readonly documents: readonly DocumentMeant[] }> {
  const paths = await pathsMeant(place, typed);
  // In the order of paths, a path itself comes before all that it begins.
  const path = paths.find((each) => cache.paths({ pathPrefix: each, limit: 1 })[0] === each);
  if (path !== undefined) return { isGlob: false, documents: [{ path }] };
  if (/[*?[{]/.test(typed)) {
    const found = cache.paths({ pathPattern: globPattern([typed], place.here) });
    return { isGlob: true, documents: found.map((each) => ({ path: each })) };
  }
  return { isGlob: false, documents: [...paths.map((each) => `/${each}`), typed].map((target) => ({ target })) };
}

async function pathsMeant(place: Place, typed: string): Promise<readonly string[]> {
  try {
    return await place.candidates(typed);
  } catch (error) {
    // It may still be the name of one file alone.
    if (isMetacacheError(error, "E_PATH")) return [];
    throw error;
  }
}

/**
 * The path that is spelt most like what was typed, or whose name is. Looks at all paths of the
 * project.
 */
export function nearestDocument(cache: MetadataCache, typed: string): string | undefined {
  const written = typed.replace(/[#§].*$/s, "").trim();
  const paths = cache.paths({});
  const byPath = nearest(written.replace(/^(?:\.{0,2}\/)+/, ""), paths);
  if (byPath !== undefined) return byPath;
  const names = new Map(paths.map((path) => [nameOf(path), path]));
  const byName = nearest(nameOf(written), names.keys());
  return byName === undefined ? undefined : names.get(byName);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
