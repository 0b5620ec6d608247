import { blanked } from "../rewriting.ts";
import { type Language, SLASH_COMMENTS } from "../language.ts";
import { typescript } from "./typescript.ts";
import { rewriteTypeScript } from "./typescript-rewriting.ts";

/**
 * The definitions in the scripts of a component file, as in TypeScript. All JavaScript counts as
 * TypeScript here.
 */
function componentLanguage(name: string): Language {
  return {
    ...typescript,
    name,
    extensions: [`.${name}`],
    interpreters: [],
    comments: SLASH_COMMENTS,
    rewrite: (text) => rewriteTypeScript(scriptsOf(text)),
  };
}

export const vue: Language = componentLanguage("vue");
export const svelte: Language = componentLanguage("svelte");

/**
 * Returns the scripts of a component. Everything else becomes spaces, so that all offsets stay the
 * same.
 */
function scriptsOf(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  OPENING.lastIndex = 0;
  for (let opening = OPENING.exec(text); opening !== null; opening = OPENING.exec(text)) {
    const isComment = opening[0] === "<!--";
    const start = isComment ? OPENING.lastIndex : endOfTag(text, OPENING.lastIndex);
    if (start === -1) continue;
    const end = isComment ? text.indexOf("-->", start) : nextClosing(text, start);
    if (end === -1) break;
    OPENING.lastIndex = end;
    if (isComment || NO_SCRIPT.test(text.slice(opening.index, start))) continue;
    parts.push(blanked(text.slice(copied, start)), text.slice(start, end));
    copied = end;
  }
  return parts.join("") + blanked(text.slice(copied));
}

/**
 * Returns the offset of the text after a tag, or -1 if the tag does not end. Attributes may contain
 * a `>` in quotes.
 */
function endOfTag(text: string, start: number): number {
  let quote = "";
  for (let at = start; at < Math.min(text.length, start + MAX_TAG); at++) {
    const character = text[at]!;
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return at + 1;
    else if (character === "<") return -1;
  }
  return -1;
}

function nextClosing(text: string, start: number): number {
  CLOSING.lastIndex = start;
  return CLOSING.exec(text)?.index ?? -1;
}

const OPENING = /<!--|<script(?=[\s>])/gi;
/** The maximum length of a tag, in characters. */
const MAX_TAG = 2_000;
const CLOSING = /<\/script\s*>/gi;
const NO_SCRIPT = /\btype\s*=\s*["']?(?!text\/(?:javascript|typescript|babel)|application\/javascript|module)[\w/+-]+/i;
