/**
 * Makes every expansion `${name…}` of a shell's text one that the grammar can parse, and keeps all positions: what stands behind
 * the name, such as a pattern with brackets, quotes or parentheses of its own, becomes a plain default value. None of
 * it defines anything.
 */
export function rewriteExpansions(text: string): string {
  if (!text.includes("${")) return text;
  const parts: string[] = [];
  let copied = 0;
  for (let at = text.indexOf("${"); at !== -1; at = text.indexOf("${", Math.max(copied, at + 2))) {
    const end = endOfExpansion(text, at + 2);
    // `'${['` is a text in single quotes, in which nothing is expanded.
    if (end === undefined || (text[at - 1] === "'" && text.slice(at, end).includes("'"))) continue;
    const [head] = NAME.exec(text.slice(at, end)) ?? ["${"];
    const rest = end - at - head.length;
    // What one character does not spoil can stay, and so can what is plain.
    if (head === "${" ? rest === 0 : rest < 2 || PLAIN.test(text.slice(at + head.length, end))) continue;
    const filled = head === "${" ? FILLER.repeat(rest) : `:-${FILLER.repeat(rest - 2)}`;
    parts.push(text.slice(copied, at + head.length), filled);
    copied = end;
  }
  return parts.join("") + text.slice(copied);
}

/** Where the closing brace of an expansion stands whose inside starts at `start`: on the same line, and not far away. */
function endOfExpansion(text: string, start: number): number | undefined {
  return endWithin(text, start, true) ?? endWithin(text, start, false);
}

/** With `isQuoting`, a `"` begins a text of its own. It may also be a single character of a pattern. */
function endWithin(text: string, start: number, isQuoting: boolean): number | undefined {
  /** What is open, innermost last. */
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

/** The last character of what is in single quotes. In an expansion, an apostrophe may be one: only a quoted bracket counts. */
function endOfQuote(text: string, at: number, isCommand: boolean): number {
  if (!isCommand) return text[at + 2] === "'" ? at + 2 : at;
  const end = text.indexOf("'", at + 1);
  return end === -1 || end - at > MAX_EXPANSION ? at : end;
}

const MAX_EXPANSION = 500;
const FILLER = "x";
/** With the subscript of an array. */
const NAME = /^\$\{[!#]?(?:\w+|[@*?$!-])(?:\[(?:\w+|[@*]|\$\w+)\])?/;
const PLAIN = /^:?[-=+?]?[\w./]*$/;
