import ignore from "ignore";

const MAX_LENGTH = 2_000;
const MAX_GLOBSTARS = 3;
/** Git sets `core.ignoreCase` in the same way on each platform. */
const OPTIONS: ignore.Options = { ignoreCase: process.platform === "win32" || process.platform === "darwin" };

/**
 * The patterns of all `.gitignore` files that apply in one directory, the nearest last. They are
 * one set, in which the last match decides. Each pattern is rewritten to begin at the top. With one
 * set for each file, the farther file alone would judge what is below a directory that a nearer
 * file takes back in. Paths are relative to the top.
 *
 * The cost of matching is bounded: a pattern with many `**` is refused (see `refused`), because its
 * regular expression backtracks over each of them.
 */
export class IgnoreRules {
  static readonly none: IgnoreRules = new IgnoreRules(ignore(OPTIONS), []);

  /** Rules that somebody gives as a list, in the syntax of `.gitignore`. `name` is for people. */
  static ofPatterns(patterns: readonly string[], name: string): IgnoreRules {
    return IgnoreRules.none.with("", patterns.join("\n"), name);
  }

  readonly #rules: ignore.Ignore;
  /** The patterns that were left out because matching them costs too much. */
  readonly refused: readonly string[];

  private constructor(rules: ignore.Ignore, refused: readonly string[]) {
    this.#rules = rules;
    this.refused = refused;
  }

  /**
   * Returns these rules together with those of a `.gitignore` with `text` in `directory`. The
   * directory is `""` or ends in `/`. `ruleFile` is the name of the file for people.
   */
  with(directory: string, text: string, ruleFile: string): IgnoreRules {
    const patterns: ignore.PatternParams[] = [];
    const refused: string[] = [];
    for (const [index, line] of text
      .replace(/^\uFEFF/, "")
      .split(/\r?\n/)
      .entries()) {
      const pattern = anchored(bytewise(directory), bytewise(line));
      if (pattern === undefined) continue;
      if (pattern.length > MAX_LENGTH || (pattern.match(/\*\*/g)?.length ?? 0) > MAX_GLOBSTARS) refused.push(line);
      // Passed as objects, so that the name of a directory with a line break in it is not split.
      else patterns.push({ pattern, mark: `${ruleFile}:${index + 1} \`${line}\`` });
    }
    if (patterns.length === 0 && refused.length === 0) return this;
    return new IgnoreRules(ignore(OPTIONS).add(this.#rules).add(patterns), refused);
  }

  ignores(path: string, isDirectory: boolean): boolean {
    return this.ruleFor(path, isDirectory) !== undefined;
  }

  /**
   * Returns the rule that leaves the path out (its file, line and text), or `undefined` if no rule
   * does.
   */
  ruleFor(path: string, isDirectory: boolean): string | undefined {
    // The most frequent of all, asked of every path.
    if (this === IgnoreRules.none) return undefined;
    return this.#rules.test(bytewise(isDirectory ? `${path}/` : path)).rule?.mark;
  }
}

/**
 * Returns the pattern of the line as a pattern from the top, or `undefined` for a comment or an
 * empty line.
 */
function anchored(directory: string, line: string): string | undefined {
  if (line.startsWith("#")) return undefined;
  const negation = line.startsWith("!") ? "!" : "";
  const body = line.slice(negation.length);
  const visible = body.replace(/ +$/, "");
  if (visible === "" || visible === "/") return undefined;
  if (directory === "") return line;
  // A pattern with a separator before its end counts from its own directory. Any other pattern
  // counts at every depth below.
  const depth = visible.slice(0, -1).includes("/") ? "" : "**/";
  return `${negation}/${directory.replace(/[\\*?[]/g, "\\$&")}${depth}${body.replace(/^\//, "")}`;
}

/**
 * Returns one character for each byte of UTF-8. Git matches bytes, so `?` does not match a letter
 * such as "ä".
 */
function bytewise(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}

const BEYOND_ASCII = /[^\u0000-\u007f]/;
