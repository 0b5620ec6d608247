import { CODE } from "./code-text.ts";
import { PLACE } from "./conditionals.ts";
import { TOKEN, type Lexer } from "./lexer.ts";

/**
 * Reads on to the bracket that closes the current one, over all brackets between them. Returns
 * false if the source ends before that.
 */
export function skipBrackets(lexer: Lexer): boolean {
  const { place } = lexer;
  lexer.place = PLACE.inside;
  for (let depth = 1; depth > 0;) {
    const kind = lexer.next();
    if (kind === TOKEN.end) return false;
    if (kind !== TOKEN.punctuation) continue;
    if (opens(lexer.code)) depth++;
    else if (closes(lexer.code)) depth--;
  }
  lexer.place = place;
  return true;
}

/** What ended an initial value. */
export type ValueEnd = "semicolon" | "brace" | "end";

/**
 * Skips an initial value, up to the semicolon after it, or to the brace that closes the scope
 * around it.
 */
export function skipValue(lexer: Lexer): ValueEnd {
  lexer.place = PLACE.inside;
  for (let depth = 0; ;) {
    if (lexer.kind === TOKEN.end) return "end";
    if (lexer.kind === TOKEN.punctuation) {
      if (opens(lexer.code)) depth++;
      else if (depth === 0 && lexer.code === CODE.semicolon) return "semicolon";
      else if (depth === 0 && lexer.code === CODE.closeBrace) return "brace";
      else if (depth > 0 && closes(lexer.code)) depth--;
    }
    lexer.next();
  }
}

export function opens(code: number): boolean {
  return code === CODE.open || code === CODE.openBrace || code === CODE.openSquare;
}

export function closes(code: number): boolean {
  return code === CODE.close || code === CODE.closeBrace || code === CODE.closeSquare;
}
