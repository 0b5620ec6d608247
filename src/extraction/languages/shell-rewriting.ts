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
    if (end === undefined) continue;
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
  let depth = 0;
  for (let at = start; at < Math.min(text.length, start + MAX_EXPANSION); at++) {
    const character = text[at]!;
    if (character === "\n") return undefined;
    if (character === "\\") at++;
    else if (text.startsWith("${", at)) depth++;
    else if ((character === '"' || character === "'") && text[at + 1] === "}" && text[at + 2] === character) at += 2;
    else if (character === "}" && depth-- === 0) return at;
  }
  return undefined;
}

const MAX_EXPANSION = 500;
const FILLER = "x";
/** With the subscript of an array. */
const NAME = /^\$\{[!#]?(?:\w+|[@*?$!-])(?:\[(?:\w+|[@*]|\$\w+)\])?/;
const PLAIN = /^:?[-=+?]?[\w./]*$/;
