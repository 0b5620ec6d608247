import { isMetacacheError } from "../../base/errors.ts";
import { type CommonOptions, openSession } from "../session.ts";

/** At most this many symbols are read for the offered names: a person cannot read more. */
const MOST = 200;

/**
 * Returns the names in the project's index that begin with `prefix`. Returns an empty list if there
 * is no index, because completion shows no errors.
 */
export async function namesInIndex(options: CommonOptions, prefix: string): Promise<readonly string[]> {
  try {
    const session = await openSession({ ...options, quiet: true });
    return await session.withCache(async (cache) => {
      const { items } = await cache.symbols({ name: { prefix }, orderBy: "name", limit: MOST });
      return [...new Set(items.map(({ name }) => name))];
    });
  } catch (error) {
    if (isMetacacheError(error)) return [];
    throw error;
  }
}
