import { RE2JS, RE2JSException } from "re2js";
import { MetacacheError, messageOf } from "../base/errors.ts";
import { describe } from "../base/validation.ts";

/** A compiled pattern: `test` takes time linear in the path (law 12). */
export interface PathPattern {
  readonly source: string;
  test(path: string): boolean;
}

/** The work of a match is bounded by pattern times path; no honest pattern on a path is longer. */
const MAX_PATTERN_LENGTH = 1_000;

const FLAGS: Readonly<Record<string, number>> = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL, u: 0 };

/** Throws `E_QUERY` where the pattern is no regular expression in RE2's syntax: it is never ignored. */
export function compilePathPattern(pattern: string | RegExp): PathPattern {
  const source = typeof pattern === "string" ? pattern : pattern.source;
  if (source.length > MAX_PATTERN_LENGTH) {
    throw new MetacacheError("E_QUERY", `pathPattern has ${source.length} characters; at most ${MAX_PATTERN_LENGTH} are allowed`);
  }
  let flags = 0;
  for (const flag of typeof pattern === "string" ? "" : pattern.flags) {
    const value = FLAGS[flag];
    if (value === undefined)
      throw new MetacacheError("E_QUERY", `pathPattern ${String(pattern)} has the flag "${flag}"; only i, m, s and u are supported`);
    flags |= value;
  }
  try {
    const compiled = RE2JS.compile(source, flags);
    return { source: `/${source}/${flags}`, test: (path) => compiled.test(path) };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new MetacacheError(
      "E_QUERY",
      `pathPattern ${describe(source)} is not usable: ${messageOf(error)} (RE2 syntax: no look-around, no back-references)`,
      { cause: error },
    );
  }
}
