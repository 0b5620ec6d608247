import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAbsence, MetacacheError, messageOf } from "../../base/errors.ts";
import { BASELINE_FILE } from "../baseline.ts";

/**
 * Returns the text of the project's baseline, or `undefined` if there is no baseline. Throws
 * `E_CONFIG` if it cannot be read.
 */
export function readBaseline(root: string): string | undefined {
  const file = join(root, BASELINE_FILE);
  try {
    if (!lstatSync(file).isFile()) throw new MetacacheError("E_CONFIG", `${file} is not a regular file`, { remedy: "remove it" });
    return readFileSync(file, "utf8");
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (error instanceof MetacacheError) throw error;
    throw new MetacacheError("E_CONFIG", `the baseline ${file} cannot be read: ${messageOf(error)}`, {
      remedy: "make it readable",
      cause: error,
    });
  }
}
