import { isMetacacheError } from "../../../base/errors.ts";
import { nearest } from "../../../base/text/nearest.ts";
import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import { globPattern } from "../../place/glob.ts";
import type { Place } from "../../place/place.ts";

/** The path of a file, or a reference that the library resolves. */
export type DocumentMeant = { readonly path: string } | { readonly target: string };

/**
 * Returns the documents that a word may mean, the likeliest first. If a file has exactly this path,
 * only that file. If the word is a glob, all files that match. Otherwise, the word as a reference
 * relative to the working directory, relative to the project's folder, or as it is.
 */
export async function documentsMeant(
  cache: MetadataCache,
  place: Place,
  typed: string,
): Promise<{ readonly isGlob: boolean; readonly documents: readonly DocumentMeant[] }> {
  const paths = await pathsMeant(place, typed);
  // In the order of paths, a path comes before all longer paths that begin with it.
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
    // The word may still be a name that only one file has.
    if (isMetacacheError(error, "E_PATH")) return [];
    throw error;
  }
}

/**
 * Returns the path with the most similar spelling, or else the path whose file name has the most
 * similar spelling. Reads all paths of the project.
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
