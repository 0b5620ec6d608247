/**
 * Returns the start of the path that ends at `end` in the `text` of a comment. The start is never
 * before `from`.
 */
export function pathStart(text: string, end: number, from: number): number {
  let start = end;
  while (start > from && isPathCharacter(text, start - 1)) start--;
  while (start < end && LEADING.test(text[start]!)) start++;
  // In scripts without spaces between words, prose may touch the path.
  const prose = text.charCodeAt(start) < 0x3000 ? null : UNSPACED.exec(text.slice(start, end));
  return prose === null ? start : start + prose[0].length;
}

/**
 * True if the text around `start` and `end` shows a path of its own: not a part of a URL, a
 * template or a longer name.
 */
export function isBounded(text: string, start: number, end: number): boolean {
  return endsHere(text, start, end) && startsHere(text, start, end);
}

/**
 * True for the name of a module in commented code: `import x from "./x.js"`. Other rules resolve
 * such names, and they often belong to another file.
 */
export function isNamedAsModule(text: string, start: number): boolean {
  const quote = text[start - 1];
  if (quote !== '"' && quote !== "'" && quote !== "<" && quote !== "`") return false;
  return MODULE.test(text.slice(Math.max(0, start - MAX_LOOK_BACK), start - 1));
}

function endsHere(text: string, start: number, end: number): boolean {
  const after = text.slice(end, end + 8);
  if (!NO_END.test(after)) return !(after.startsWith("](") && text[start - 1] === "[");
  // `**docs/x.md**` is emphasis, and `*/` ends the comment.
  return after.startsWith("*") && (after.startsWith("*/") || text[start - 1] === "*");
}

function startsHere(text: string, start: number, end: number): boolean {
  if (start === 0) return true;
  const lead = text.slice(Math.max(0, start - MAX_LOOK_BACK), start);
  switch (text.charAt(start - 1)) {
    case ":":
      return !FOREIGN.test(lead) && !(PORT.test(text.slice(start, end)) && HOST_END.test(lead));
    case "*":
      return STAR_MARK.test(lead) || text[end] === "*";
    case ">":
      return TAG.test(lead);
    case "#":
      return HASH_MARK.test(lead);
    case "{":
      return !TEMPLATE.test(lead) && !SET.test(text.slice(end, end + MAX_LOOK_BACK));
    case ",":
    case "|":
      return !IN_SET.test(lead);
    case "$":
    case "\\":
    case "?":
    case "}":
    case ")":
    case "]":
    case "^":
    case "~":
    case "…":
      return false;
    default:
      return true;
  }
}

function isPathCharacter(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code < 128 ? ASCII_PATH[code] === 1 : code >= 0xd800 && code <= 0xdfff ? true : WORD.test(text[index]!);
}

const ASCII_PATH: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) => (/[\w./+@%-]/.test(String.fromCharCode(code)) ? 1 : 0));
/** Letters and symbols of any script, but not marks of quotation and direction. */
const WORD = /[\p{L}\p{M}\p{N}\p{So}\u200d]/u;
/** Bullets and options. */
const LEADING = /[-+]/;
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+(?=[A-Za-z.])/u;

/** Text after `end` that continues a name, a template or a pattern. */
const NO_END = /^(?:[\p{L}\p{N}_/*{$%~=\\]|[-+.@](?=[\p{L}\p{N}])(?!@?[0-9a-f]{3})|:\/\/|\((?!L?\d)|\[)/u;
/** A drive, a remote host, or a scheme: `C:x.md`, `user@host:x.md`, `github:x/y.md`. */
const FOREIGN =
  /(?:(?:^|[^\p{L}\p{N}_])[A-Za-z]|::|[\w-]*[@.][\w.@-]*|\b(?:https?|ftp|git|ssh|github|gitlab|bitbucket|gist|npm|jsr|node|data|urn|mailto|gs|s3|pkg|crate|go|docker))(?::|:\/\/)$/iu;
const PORT = /^\d+\//;
const HOST_END = /[\w-]:$/;
const STAR_MARK = /(?:^|\n)[ \t]*\/?\*+$/;
/**
 * The end of a start tag, or of an end tag: `<code>docs/x.md</code>`. Not a placeholder such as
 * `<name>`.
 */
const TAG =
  /(?:<(?:\/[\w-]+|[\w-]+(?:\s[^<>]*=[^<>]*|\s*\/)|code|tt|pre|kbd|samp|b|i|u|em|strong|a|p|li|td|th|dd|dt|br|c|see|para|span|div)|[-=\s])>$|^>$/i;
const HASH_MARK = /(?:^|\s)#+$/;
const TEMPLATE = /[$#%={\w/]\{$/;
/** The text of a set of names after one of them, and before another. */
const SET = /^[\w.,/*-]*,[\w.,/*-]*\}/;
const IN_SET = /[{(][\w.,|/*?+-]*[,|]$/;
const MODULE = /(?:\bfrom|\bimport|\brequire|#\s*include|\binclude|@import|@use|@forward|\bsource)\s*\(?\s*$/;
const MAX_LOOK_BACK = 60;
