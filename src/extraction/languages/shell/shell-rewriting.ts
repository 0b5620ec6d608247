/**
 * Changes every expansion `${name…}` in the text of a shell into one that the grammar can parse.
 * All offsets stay the same. The text after the name, for example a pattern with its own brackets,
 * quotes or parentheses, becomes a plain default value. It defines nothing.
 */
export function rewriteExpansions(text: string): string {
  if (!text.includes("${")) return text;
  const parts: string[] = [];
  let copied = 0;
  for (let at = text.indexOf("${"); at !== -1; at = text.indexOf("${", Math.max(copied, at + 2))) {
    const end = endOfExpansion(text, at + 2);
    // `'${['` is a string in single quotes. The shell expands nothing in it.
    if (end === undefined || (text[at - 1] === "'" && text.slice(at, end).includes("'"))) continue;
    const [head] = NAME.exec(text.slice(at, end)) ?? ["${"];
    const rest = end - at - head.length;
    // A rest of one character does no harm and may stay. A plain rest may stay too.
    if (head === "${" ? rest === 0 : rest < 2 || PLAIN.test(text.slice(at + head.length, end))) continue;
    const filled = head === "${" ? FILLER.repeat(rest) : `:-${FILLER.repeat(rest - 2)}`;
    parts.push(text.slice(copied, at + head.length), filled);
    copied = end;
  }
  return parts.join("") + text.slice(copied);
}

/**
 * Returns the offset of the brace that closes an expansion. The content of the expansion starts at
 * `start`. The brace must be on the same line and not far away.
 */
function endOfExpansion(text: string, start: number): number | undefined {
  return endWithin(text, start, true) ?? endWithin(text, start, false);
}

/**
 * If `isQuoting` is true, a `"` begins a string. If false, it is a single character of a pattern.
 */
function endWithin(text: string, start: number, isQuoting: boolean): number | undefined {
  /** The things that are open, the innermost last. */
  const open: ("${" | "$(" | '"')[] = ["${"];
  for (let at = start; at < Math.min(text.length, start + MAX_EXPANSION); at++) {
    const character = text[at]!;
    const top = open.at(-1)!;
    if (character === "\n") return undefined;
    if (character === "\\") at++;
    else if (character === "$" && (text[at + 1] === "{" || text[at + 1] === "(")) open.push(text[++at] === "{" ? "${" : "$(");
    else if (character === '"' && isQuoting) {
      if (top === '"') open.pop();
      else open.push('"');
    } else if (character === "'" && top !== '"') at = endOfQuote(text, at, top === "$(");
    else if (character === "(" && top === "$(") open.push("$(");
    else if (character === ")" && top === "$(") open.pop();
    else if (character === "}" && top === "${") {
      open.pop();
      if (open.length === 0) return at;
    }
  }
  return undefined;
}

/**
 * Returns the offset of the last character of a quoted string. In an expansion, a single quote may
 * be an apostrophe, so only one quoted character counts there.
 */
function endOfQuote(text: string, at: number, isCommand: boolean): number {
  if (!isCommand) return text[at + 2] === "'" ? at + 2 : at;
  const end = text.indexOf("'", at + 1);
  return end === -1 || end - at > MAX_EXPANSION ? at : end;
}

const MAX_EXPANSION = 500;
const FILLER = "x";
/** The name, with the subscript of an array. */
const NAME = /^\$\{[!#]?(?:\w+|[@*?$!-])(?:\[(?:\w+|[@*]|\$\w+)\])?/;
const PLAIN = /^:?[-=+?]?[\w./]*$/;
