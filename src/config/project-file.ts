import { join } from "node:path";
import { ConfigError, isAbsence, messageOf } from "../base/errors.ts";
import { readSmallFile } from "../files/read-file.ts";
import type { ProjectFile } from "./config-sources.ts";

/** The file is in the project's root. */
export const PROJECT_FILE_NAME = "metacache.json";

/**
 * Returns the project file of the project at `root`, or `undefined` if there is none. Throws
 * `E_CONFIG` if it cannot be read.
 */
export function readProjectFile(root: string): ProjectFile | undefined {
  const path = join(root, PROJECT_FILE_NAME);
  try {
    return { path, text: readSmallFile(path, true) };
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw new ConfigError(path, [`cannot be read: ${messageOf(error)}`]);
  }
}
