import { capText, foldText } from "../fold-text.ts";

/**
 * How a symbol is declared, on one line: what stands before it on its line, and what is written
 * from `start` on. A value is left out if that would be long. `undefined` if this says no more than
 * the name.
 */
export function signatureOf(name: string, lead: string, declaration: string, hasBody: boolean): string | undefined {
  const before = lead.slice(Math.max(lead.lastIndexOf("{"), lead.lastIndexOf(";"), lead.lastIndexOf("}")) + 1);
  const folded = foldText((LEAD.test(before) ? before : "") + declaration, MAX_READ).replace(/(?:\s*[;,{])+$/, "");
  const end = hasBody || folded.length > MAX_WITH_VALUE ? valueStart(folded, hasBody) : -1;
  const isShort = folded.length <= MAX_WITH_VALUE && isValue(folded, end);
  const signature = end === -1 || isShort ? capText(folded, MAX_SIGNATURE) : cutAt(folded, end);
  return signature === name || signature === "" ? undefined : signature;
}

function cutAt(folded: string, end: number): string {
  const declared = capText(folded.slice(0, end).trimEnd(), MAX_SIGNATURE);
  return isValue(folded, end) ? `${declared} = …` : declared;
}

function isValue(folded: string, end: number): boolean {
  return folded[end] === "=" && folded[end + 1] !== ">";
}

/**
 * Where the value begins (or, of what has a body, that), outside of all brackets; -1 if there is
 * none.
 */
function valueStart(text: string, hasBody: boolean): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === "=" && depth <= 0) {
      if (text[at + 1] === ">" && hasBody) return at;
      if (!/[=>]/.test(text[at + 1] ?? "") && !/[=!<>]/.test(text[at - 1] ?? "")) return at;
    }
    if (hasBody && depth === 0 && character === "{") return at;
    if (OPENING.has(character)) depth++;
    else if (CLOSING.has(character)) depth--;
  }
  return -1;
}

const OPENING: ReadonlySet<string> = new Set(["(", "[", "{"]);
const CLOSING: ReadonlySet<string> = new Set([")", "]", "}"]);
/** Words and types: modifiers, and what a list of declarations has in common. */
const LEAD = /^[\s\w<>,?.[\]*&|]*$/;
/** Characters. Shorter ones keep their value. */
const MAX_WITH_VALUE = 80;
const MAX_SIGNATURE = 200;
/** What is read of a declaration, which may be a table of a megabyte. */
export const MAX_READ = 500;
