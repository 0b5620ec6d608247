import { capText, foldText } from "../fold-text.ts";

/**
 * Returns the declaration of a symbol on one line: `lead`, the text before it on its line, and
 * `declaration`, the text from its start on. Leaves out a value that would be long. Returns
 * `undefined` if the declaration says no more than the name.
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
 * Returns where the value begins, or the body if there is one, outside of all brackets. Returns -1
 * if there is neither.
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
/** Words and types: modifiers, and the start that several declarations of one list share. */
const LEAD = /^[\s\w<>,?.[\]*&|]*$/;
/** Characters. A shorter declaration keeps its value. */
const MAX_WITH_VALUE = 80;
const MAX_SIGNATURE = 200;
/** Characters that are read of a declaration. A declaration may be a table of a megabyte. */
export const MAX_READ = 500;
