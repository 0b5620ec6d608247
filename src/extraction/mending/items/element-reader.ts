import { skipBrackets } from "../tokens/brackets.ts";
import { CODE } from "../tokens/code-text.ts";
import type { Element, ElementKind } from "./element.ts";
import { TOKEN, type Lexer, type TokenKind } from "../tokens/lexer.ts";

/** Returns the current token as an element. */
export function tokenElement({ kind, start, end, code, source }: Lexer): Element {
  const word = kind === TOKEN.word ? source.text.slice(start, end) : "";
  return { kind: KINDS[kind], start, end, word, code: kind === TOKEN.punctuation ? code : 0 };
}

const KINDS: Readonly<Record<TokenKind, ElementKind>> = {
  [TOKEN.end]: "punctuation",
  [TOKEN.word]: "word",
  [TOKEN.number]: "number",
  [TOKEN.text]: "text",
  [TOKEN.punctuation]: "punctuation",
};

/**
 * Returns the brackets that open at the current token, with everything in them. Returns `undefined`
 * if they are not closed.
 */
export function bracketsElement(lexer: Lexer): Element | undefined {
  const { start, code } = lexer;
  if (!skipBrackets(lexer)) return undefined;
  const kind = code === CODE.open ? "parentheses" : code === CODE.openSquare ? "square" : "braces";
  return { kind, start, end: lexer.end, word: "", code: 0 };
}

/**
 * Returns `operator` and everything after it up to its parameters. The lexer is then at the
 * parameters.
 */
export function operatorElement(lexer: Lexer): Element {
  const { start } = lexer;
  let { end } = lexer;
  let angles = 0;
  let isType = false;
  for (let count = 0; count < MAX_OPERATOR; count++) {
    lexer.next();
    if (lexer.kind === TOKEN.end || lexer.isPunctuation(CODE.semicolon) || lexer.isPunctuation(CODE.openBrace)) break;
    if (lexer.isPunctuation(CODE.open) && angles === 0) {
      if (count > 0) break;
      // The name of the call operator is a pair of parentheses.
      lexer.next();
    }
    // `operator A<int()>` is a conversion, `operator<` is a comparison.
    isType ||= lexer.kind === TOKEN.word;
    if (isType && lexer.isPunctuation(CODE.less)) angles++;
    else if (isType && lexer.isPunctuation(CODE.greater)) angles--;
    ({ end } = lexer);
  }
  return { kind: "operator", start, end, word: "operator", code: 0 };
}

/** In tokens. Enough for `operator std::map<a, b> const &` and the like. */
const MAX_OPERATOR = 40;
