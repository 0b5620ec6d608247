import { blanked } from "../rewriting.ts";

/**
 * Returns the parts of a zsh script that define functions: their heads, the braces of their bodies,
 * and all comments. The rest becomes blank, and all offsets stay the same. No grammar knows the
 * expansions and globs of zsh. This function only has to know where they end. It walks through the
 * script once. If something is never closed, it ends with the script.
 */
export function zshOutline(text: string): string {
  const parts: string[] = [];
  /**
   * The things that are open, the innermost last: the braces of a function, other braces, `(…)`,
   * `${…}`, `"…"`.
   */
  const open: ("function" | "block" | "(" | "${" | '"')[] = [];
  const heredocs: string[] = [];
  let kept = 0;
  const keep = (start: number, end: number): void => {
    parts.push(blanked(text.slice(kept, start)), text.slice(start, end));
    kept = end;
  };
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    const top = open.at(-1);
    const isCode = top !== '"' && top !== "${";
    if (character === "\\") at += 2;
    else if (character === '"') {
      if (top === '"') open.pop();
      else open.push('"');
      at++;
    } else if (character === "$" && (text[at + 1] === "{" || text[at + 1] === "(")) {
      open.push(text[at + 1] === "{" ? "${" : "(");
      at += 2;
    } else if (character === "}" && top === "${") {
      open.pop();
      at++;
    } else if (top === '"') at++;
    else if (character === "'") at = endOfQuote(text, at);
    else if (character === "`") at = indexAfter(text, "`", at + 1);
    else if (!isCode) at++;
    else if (character === "#" && startsWord(text, at)) {
      const end = lineEnd(text, at);
      keep(at, end);
      at = end;
    } else if (character === "\n" && heredocs.length > 0) {
      for (at++; heredocs.length > 0; heredocs.shift()) at = endOfHeredoc(text, at, heredocs[0]!);
    } else if (character === "(") {
      open.push("(");
      at++;
    } else if (character === ")") {
      if (top === "(") open.pop();
      at++;
    } else if (character === "{" && startsWord(text, at)) {
      open.push("block");
      at++;
    } else if (character === "}" && (top === "function" || top === "block")) {
      if (open.pop() === "function") keep(at, at + 1);
      at++;
    } else if (character === "<" && text[at + 1] === "<" && text[at + 2] !== "<" && text[at - 1] !== "<") {
      HEREDOC.lastIndex = at;
      const word = HEREDOC.exec(text);
      if (word !== null) heredocs.push(word[1]!);
      at = word === null ? at + 2 : HEREDOC.lastIndex;
    } else if (top !== "(" && startsWord(text, at)) {
      HEAD.lastIndex = at;
      const head = HEAD.exec(text);
      if (head !== null) {
        // A function with several names is found under its first name.
        keep(at, at + (head[1] ?? head[2]!).length);
        keep(HEAD.lastIndex - 1, HEAD.lastIndex);
        open.push("function");
        at = HEAD.lastIndex;
      } else at++;
    } else at++;
  }
  return parts.join("") + blanked(text.slice(kept));
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[\s;|&()]/.test(text[at - 1]!);
}

function endOfQuote(text: string, start: number): number {
  if (text[start - 1] !== "$") return indexAfter(text, "'", start + 1);
  ANSI_QUOTE.lastIndex = start + 1;
  ANSI_QUOTE.test(text);
  return ANSI_QUOTE.lastIndex === 0 ? text.length : ANSI_QUOTE.lastIndex;
}

function indexAfter(text: string, part: string, start: number): number {
  const found = text.indexOf(part, start);
  return found === -1 ? text.length : found + part.length;
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

/** Returns the end of the line that contains only `word`. */
function endOfHeredoc(text: string, start: number, word: string): number {
  for (let at = start; at < text.length;) {
    const end = lineEnd(text, at);
    if (text.slice(at, end).trim() === word) return end;
    at = end + 1;
  }
  return text.length;
}

const HEAD =
  /(?:(function[ \t]+[^\s(){}<>;|&"'`$#]+)(?:[ \t]+[^\s(){}<>;|&"'`$#]+)*(?:[ \t]*\(\))?|([^\s(){}<>;|&"'`$#=]+[ \t]*\(\)))[ \t]*\n?[ \t]*\{/y;
const HEREDOC = /<<-?[ \t]*["'\\]?([\w.!-]+)["']?/y;
const ANSI_QUOTE = /(?:[^'\\]|\\[^])*'/y;
