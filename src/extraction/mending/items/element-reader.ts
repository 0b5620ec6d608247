import { skipBrackets } from "../tokens/brackets.ts";
import { CODE } from "../tokens/code-text.ts";
import type { Element, ElementKind } from "./element.ts";
import { TOKEN, type Lexer, type TokenKind } from "../tokens/lexer.ts";

/** The present token as an element. */
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

/** The brackets that open at the present token, with all that is in them; nothing if they are not closed. */
export function bracketsElement(lexer: Lexer): Element | undefined {
  const { start, code } = lexer;
  if (!skipBrackets(lexer)) return undefined;
  const kind = code === CODE.open ? "parentheses" : code === CODE.openSquare ? "square" : "braces";
  return { kind, start, end: lexer.end, word: "", code: 0 };
}

/** `operator` and what follows it up to its parameters, at which the lexer is left. */
export function operatorElement(lexer: Lexer): Element {
  const { start } = lexer;
  let { end } = lexer;
  let angles = 0;
  let isType = false;
  for (let count = 0; count < MAX_OPERATOR; count++) {
    lexer.advance();
    if (lexer.kind === TOKEN.end || lexer.isPunctuation(CODE.semicolon) || lexer.isPunctuation(CODE.openBrace)) break;
    if (lexer.isPunctuation(CODE.open) && angles === 0) {
      if (count > 0) break;
      // The operator of calls has parentheses for a name.
      lexer.advance();
    }
    // `operator A<int()>` converts, `operator<` compares.
    isType ||= lexer.kind === TOKEN.word;
    if (isType && lexer.isPunctuation(CODE.less)) angles++;
    else if (isType && lexer.isPunctuation(CODE.greater)) angles--;
    ({ end } = lexer);
  }
  return { kind: "operator", start, end, word: "operator", code: 0 };
}

/** Tokens: of `operator std::map<a, b> const &` and the like. */
const MAX_OPERATOR = 40;
