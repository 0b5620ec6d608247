import { dedent, LINE_END } from "./comment-lines.ts";

/**
 * Returns the lines of a docstring. `literals` are the string literals of the docstring: one, or
 * several in a row.
 */
export function docstringLines(literals: readonly string[]): string[] {
  return dedent(literals.map(valueOf).join("").split(LINE_END));
}

/**
 * Returns true if a literal may be a docstring. A bytes literal, or one with values to fill in, is
 * not a docstring.
 */
export function isDocstringLiteral(literal: string): boolean {
  return LITERAL.test(literal);
}

function valueOf(literal: string): string {
  const match = LITERAL.exec(literal);
  if (match === null) return "";
  const quotes = match[2]!;
  const body = literal.slice(match[0].length, literal.endsWith(quotes) ? -quotes.length : undefined);
  return match[1]!.toLowerCase() === "r" ? body : body.replace(ESCAPE, (_escape, character: string) => ESCAPED.get(character) ?? character);
}

const LITERAL = /^([rRuU]?)("""|'''|"|')/;
/**
 * The escapes that occur in prose. For the other escapes (code points by number), the spelling says
 * more than the character.
 */
const ESCAPE = /\\(\r?\n|[\\'"nt])/g;
const ESCAPED: ReadonlyMap<string, string> = new Map([
  ["\n", ""],
  ["\r\n", ""],
  ["n", "\n"],
  ["t", "\t"],
]);
