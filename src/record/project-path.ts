import { MetacacheError } from "../base/errors.ts";
import { describe } from "../base/validation.ts";

declare const projectPath: unique symbol;

/**
 * The one spelling of a file within its project. It is relative to the root, with `/` between
 * segments. It has no empty segment, no `.` or `..`, no NUL, and at most 4,096 characters.
 * Everything else that a file system allows (spaces, newlines, any script, backslashes, a folder
 * called `C:`) is allowed here on every system, because one database serves several systems.
 */
export type ProjectPath = string & { readonly [projectPath]: true };

const MAX_PATH_LENGTH = 4_096;

/** Checks that `value` is spelled as a `ProjectPath`, and returns it. Throws `E_PATH`. */
export function parseProjectPath(value: unknown): ProjectPath {
  const problem = pathProblem(value);
  if (problem !== undefined) throw new MetacacheError("E_PATH", `path ${describe(value)} ${problem}`);
  return value as ProjectPath;
}

/**
 * Returns what is wrong with a path, as the end of a sentence. Returns `undefined` if nothing is
 * wrong.
 */
export function pathProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return "must be a string";
  if (value === "") return "is empty: give a file's path relative to the project's root";
  if (value.length > MAX_PATH_LENGTH) return `has ${value.length} characters; at most ${MAX_PATH_LENGTH} are allowed`;
  if (value.includes("\0")) return "contains a NUL character";
  if (!value.isWellFormed()) return "is not well-formed Unicode";
  if (value.startsWith("/")) return "is absolute: give it relative to the project's root";
  if (IRREGULAR_SEGMENT.test(value)) return 'has an empty, "." or ".." segment: give the one normal spelling, with "/" between segments';
  return undefined;
}

const IRREGULAR_SEGMENT = /(?:^|\/)(?:\.{0,2})(?:\/|$)/;
