import ignore from "ignore";

const MAX_LENGTH = 2_000;
const MAX_GLOBSTARS = 3;
/** As `core.ignoreCase` is set by git on each platform. */
const OPTIONS: ignore.Options = { ignoreCase: process.platform === "win32" || process.platform === "darwin" };

/**
 * The patterns of all `.gitignore` files that apply in one directory, the nearest last, as one set in which the last
 * match decides. Each pattern is rewritten to begin at the top, because a set for each file would judge what lies
 * below a directory that a nearer file takes back in by the farther file alone. Paths are relative to the top.
 *
 * The cost of matching is bounded: a pattern with many `**` is refused (see `refused`), since the regular expression
 * that it becomes backtracks over each.
 */
export class IgnoreRules {
  static readonly none: IgnoreRules = new IgnoreRules(ignore(OPTIONS), []);

  readonly #rules: ignore.Ignore;
  /** The patterns that were left out as too costly to match. */
  readonly refused: readonly string[];

  private constructor(rules: ignore.Ignore, refused: readonly string[]) {
    this.#rules = rules;
    this.refused = refused;
  }

  /** These rules and those of a `.gitignore` with `text` in `directory` (`""`, or ending in `/`). `source` is what people call the file. */
  with(directory: string, text: string, source: string): IgnoreRules {
    const patterns: ignore.PatternParams[] = [];
    const refused: string[] = [];
    for (const [index, line] of text
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)
      .entries()) {
      const pattern = anchored(bytewise(directory), bytewise(line));
      if (pattern === undefined) continue;
      if (pattern.length > MAX_LENGTH || (pattern.match(/\*\*/g)?.length ?? 0) > MAX_GLOBSTARS) refused.push(line);
      // As objects, so that a directory's name with a line break in it is not split.
      else patterns.push({ pattern, mark: `${source}:${index + 1} \`${line}\`` });
    }
    if (patterns.length === 0 && refused.length === 0) return this;
    return new IgnoreRules(ignore(OPTIONS).add(this.#rules).add(patterns), refused);
  }

  ignores(path: string, isDirectory: boolean): boolean {
    return this.ruleFor(path, isDirectory) !== undefined;
  }

  /** The rule that leaves the path out: its source, line and text. `undefined` if none does. */
  ruleFor(path: string, isDirectory: boolean): string | undefined {
    // The most frequent of all, asked of every path.
    if (this === IgnoreRules.none) return undefined;
    return this.#rules.test(bytewise(isDirectory ? `${path}/` : path)).rule?.mark;
  }
}

/** The line's pattern as one from the top; `undefined` for a comment or an empty one. */
function anchored(directory: string, line: string): string | undefined {
  if (line.startsWith("#")) return undefined;
  const negation = line.startsWith("!") ? "!" : "";
  const body = line.slice(negation.length);
  const visible = body.replace(/ +$/, "");
  if (visible === "" || visible === "/") return undefined;
  if (directory === "") return line;
  // A pattern with a separator before its end holds from its own directory on; any other at every depth below.
  const depth = visible.slice(0, -1).includes("/") ? "" : "**/";
  return `${negation}/${directory.replace(/[\\*?[]/g, "\\$&")}${depth}${body.replace(/^\//, "")}`;
}

/** One character for each byte of UTF-8: git matches bytes, so that `?` does not match a letter such as "ä". */
function bytewise(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

const BEYOND_ASCII = /[^\u0000-\u007f]/;
