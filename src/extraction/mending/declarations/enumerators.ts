import { CODE, type CodeText } from "../tokens/code-text.ts";
import { PLACE } from "../tokens/conditionals.ts";
import { Lexer, TOKEN } from "../tokens/lexer.ts";
import { commentsBefore, type Declared } from "./declared.ts";

/** Returns the members of an enumeration. `body` goes from brace to brace. */
export function enumeratorsOf(source: CodeText, body: { start: number; end: number }, className: string | undefined): Declared[] {
  const lexer = new Lexer(source, body.start + 1, body.end - 1);
  lexer.place = PLACE.inside;
  const found: Declared[] = [];
  let depth = 0;
  let isNext = true;
  let last: { name: string; start: number; end: number; comments: number[] } | undefined;
  const flush = (): void => {
    if (last !== undefined) found.push({ kind: "member", className, ...last });
    last = undefined;
  };
  while (lexer.next() !== TOKEN.end) {
    const { kind, start, end, code } = lexer;
    if (kind === TOKEN.punctuation && depth === 0 && code === CODE.comma) {
      flush();
      isNext = true;
      continue;
    }
    if (kind === TOKEN.punctuation) {
      if (code === CODE.open || code === CODE.openSquare || code === CODE.openBrace) depth++;
      else if (code === CODE.close || code === CODE.closeSquare || code === CODE.closeBrace) depth--;
    }
    if (isNext && kind === TOKEN.word) {
      // A call of a macro that makes members is not a member.
      if (!lexer.isBefore(CODE.open))
        last = { name: lexer.textOf(), start, end, comments: commentsBefore(source.text, lexer.comments, start) };
      lexer.comments.length = 0;
    } else if (last !== undefined) last.end = end;
    isNext = false;
  }
  flush();
  return found;
}
