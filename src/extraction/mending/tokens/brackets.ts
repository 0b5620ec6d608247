import { CODE } from "./code-text.ts";
import { PLACE } from "./conditionals.ts";
import { TOKEN, type Lexer } from "./lexer.ts";

/**
 * Reads on to the bracket that closes the present one, whatever brackets stand between. Returns whether there is one: at the
 * source's end there is none.
 */
export function skipBrackets(lexer: Lexer): boolean {
  const { place } = lexer;
  lexer.place = PLACE.inside;
  for (let depth = 1; depth > 0;) {
    const kind = lexer.advance();
    if (kind === TOKEN.end) return false;
    if (kind !== TOKEN.punctuation) continue;
    if (opens(lexer.code)) depth++;
    else if (closes(lexer.code)) depth--;
  }
  lexer.place = place;
  return true;
}

/** Where an initial value was left. */
export type ValueEnd = "semicolon" | "brace" | "end";

/** Reads over an initial value, up to the semicolon behind it, or to the brace that closes what is around it. */
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
    lexer.advance();
  }
}

function opens(code: number): boolean {
  return code === CODE.open || code === CODE.openBrace || code === CODE.openSquare;
}

function closes(code: number): boolean {
  return code === CODE.close || code === CODE.closeBrace || code === CODE.closeSquare;
}
