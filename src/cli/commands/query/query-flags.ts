import { isMetacacheError, MetacacheError, problemOf } from "../../../base/errors.ts";

/** The flags of the command for the criteria of a query. */
const FLAGS: Readonly<Record<string, string>> = {
  language: "--language",
  functionName: "--function",
  className: "--class",
  referenceDoc: "--doc",
  pathPattern: "--path",
  pathPrefix: "--prefix",
  orderBy: "--sort",
  limit: "--limit",
  cursor: "--cursor",
};

/**
 * Runs a query of the command. Its errors name the flags of the command, not the options of the
 * library.
 */
export async function inFlags<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isMetacacheError(error, "E_QUERY")) throw error;
    const problem = problemOf(error).replace(
      /(?<=^|; |: )([a-zA-Z]+)(?:\[\d+\])?(?:\.prefix)?(?= )/g,
      (place, name: string) => FLAGS[name] ?? place,
    );
    throw new MetacacheError("E_QUERY", problem, { remedy: error.remedy, cause: error });
  }
}
