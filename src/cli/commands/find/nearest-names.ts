import { nearest } from "../../../base/nearest.ts";
import type { MetadataCache } from "../../../cache/metadata-cache.ts";

/** The functions and classes that are spelt most like a name that nothing has. Reads all their names. */
export function nearestNames(cache: MetadataCache, name: string): readonly string[] {
  const method = /[^.:#]+$/.exec(name)?.[0] ?? name;
  const found = (["functionName", "className"] as const).map((index) =>
    nearest(
      method,
      cache.terms(index).map(({ term }) => term),
    ),
  );
  return [...new Set(found.filter((each) => each !== undefined))];
}
