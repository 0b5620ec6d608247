import type { RE2JS } from "re2js";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import { describe } from "../../base/validation.ts";
import { analyzePattern } from "./safe-pattern.ts";
import { linearEngine } from "./linear-engine.ts";

/** A compiled pattern. `test` takes time linear in the path's length (law 12). */
export interface PathPattern {
  readonly source: string;
  readonly matching: PatternMatching;
  test(path: string): boolean;
}

/**
 * Which engine matches, and why: V8's own engine if this is proved safe, otherwise an engine that
 * is linear by construction.
 */
export type PatternMatching =
  | {
      readonly engine: "native";
      /** In UTF-16 units. Longer paths are matched by the linear engine. */
      readonly maxLength: number;
    }
  | { readonly engine: "linear"; readonly why: string };

/**
 * The work of a match is bounded by the pattern's length times the path's length. No honest pattern
 * for paths is longer than this.
 */
const MAX_PATTERN_LENGTH = 1_000;

/** The supported flags, with the names that the engine has for them. */
const FLAGS = { i: "CASE_INSENSITIVE", m: "MULTILINE", s: "DOTALL", u: undefined } as const;

/**
 * The patterns used last. Every page of an answer asks for the same pattern, and compiling it costs
 * as much as testing 500 paths.
 */
const compiled = new Map<string, PathPattern>();
const MAX_COMPILED = 16;

/**
 * Throws `E_QUERY` if the pattern is not a regular expression in RE2's syntax. A pattern is never
 * ignored.
 */
export function compilePathPattern(pattern: string | RegExp): PathPattern {
  const source = typeof pattern === "string" ? pattern : pattern.source;
  const letters = typeof pattern === "string" ? "" : pattern.flags;
  const known = compiled.get(`${letters}/${source}`);
  if (known !== undefined) return known;
  const made = compile(source, letters);
  if (compiled.size >= MAX_COMPILED) compiled.delete(compiled.keys().next().value as string);
  compiled.set(`${letters}/${source}`, made);
  return made;
}

function compile(source: string, letters: string): PathPattern {
  if (source.length > MAX_PATTERN_LENGTH) {
    throw new MetacacheError("E_QUERY", `pathPattern has ${source.length} characters`, {
      remedy: `give at most ${MAX_PATTERN_LENGTH}`,
    });
  }
  const { RE2JS: engine } = linearEngine();
  let flags = 0;
  for (const flag of letters) {
    if (!isSupported(flag))
      throw new MetacacheError("E_QUERY", `pathPattern ${describe(source)} has the flag "${flag}"`, {
        remedy: "only i, m, s and u are supported",
      });
    const name = FLAGS[flag];
    if (name !== undefined) flags |= engine[name];
  }
  const linear = compileLinear(source, flags);
  const analysis = analyzePattern(source, {
    caseless: letters.includes("i"),
    multiline: letters.includes("m"),
    dotAll: letters.includes("s"),
  });
  const named = `/${source}/${flags}`;
  if (!analysis.safe) {
    return { source: named, matching: { engine: "linear", why: analysis.why }, test: (path) => linear.test(path) };
  }
  const { regexp, maxLength } = analysis;
  return {
    source: named,
    matching: { engine: "native", maxLength },
    test: (path) => (path.length <= maxLength ? regexp.test(path) : linear.test(path)),
  };
}

function isSupported(flag: string): flag is keyof typeof FLAGS {
  return Object.hasOwn(FLAGS, flag);
}

/** metacache accepts a pattern if RE2 accepts it. */
function compileLinear(source: string, flags: number): RE2JS {
  const { RE2JS: engine, RE2JSException } = linearEngine();
  try {
    return engine.compile(source, flags);
  } catch (error) {
    if (!(error instanceof RE2JSException)) {
      // A RangeError if the pattern is nested too deeply, or another error of the engine.
      throw new MetacacheError("E_QUERY", `pathPattern ${describe(source)} cannot be used: ${messageOf(error)}`, {
        remedy: "give a regular expression in RE2's syntax",
        cause: error,
      });
    }
    throw new MetacacheError("E_QUERY", `pathPattern ${describe(source)} cannot be used: ${messageOf(error)}`, {
      remedy: "give a regular expression in RE2's syntax, which has no look-around and no back-references",
      cause: error,
    });
  }
}
