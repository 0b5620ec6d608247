/**
 * Returns the encoding that a file declares, as a label that `TextDecoder` knows. Reads the magic
 * comment of Python and Ruby (PEP 263), Emacs' `-*- coding: x -*-`, Vim's modeline, an XML
 * declaration, CSS's `@charset`, and PHP's `declare(encoding=…)` in the first lines, and the last
 * lines for Vim and Emacs. Returns `undefined` if there is no declaration, or if nothing here can
 * decode the encoding.
 */
export function declaredEncoding(bytes: Uint8Array): string | undefined {
  // Declarations are in ASCII, and ASCII is a part of each of these encodings.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString("latin1");
  const lines = text.split(LINE_END, MODELINES).map((line) => line.slice(0, MAX_LINE));
  const declared = lines.map((line, index) => declarationIn(line, index, lines[0]!)).find(Boolean) ?? declarationAtEnd(bytes);
  return declared === undefined ? undefined : usableLabel(declared);
}

/**
 * Python and Ruby read the second line only if the first line is a comment. Editors also look for a
 * modeline in later lines.
 */
function declarationIn(line: string, index: number, firstLine: string): string | undefined {
  const patterns: RegExp[] = index < MAGIC_LINES ? [...DECLARATIONS, MODELINE] : [MODELINE];
  if (index === 0 || (index < MAGIC_LINES && COMMENT_OR_BLANK.test(firstLine))) patterns.push(MAGIC_COMMENT);
  return patterns.map((pattern) => pattern.exec(line)?.[1]).find(Boolean);
}

/** Reads Vim's modeline in the last lines, and Emacs' list of local variables. */
function declarationAtEnd(bytes: Uint8Array): string | undefined {
  const length = Math.min(bytes.length, TAIL_BYTES);
  const tail = Buffer.from(bytes.buffer, bytes.byteOffset + bytes.length - length, length).toString("latin1");
  const lines = tail.trimEnd().split(LINE_END);
  const modeline = lines.slice(-MODELINES).map((line) => MODELINE.exec(line.slice(0, MAX_LINE))?.[1]);
  const variables = lines.slice(
    Math.max(
      lines.findLastIndex((line) => line.includes("Local Variables:")),
      0,
    ) + 1,
  );
  const isList = variables.length < lines.length - 1;
  return (
    modeline.find(Boolean) ?? (isList ? variables.map((line) => LOCAL_CODING.exec(line.slice(0, MAX_LINE))?.[1]).find(Boolean) : undefined)
  );
}

function usableLabel(name: string): string | undefined {
  const plain = name.toLowerCase().replace(/-(?:unix|dos|mac|with-signature)$/, "");
  for (const label of [ALIASES.get(plain.replaceAll("_", "-")), plain, plain.replaceAll("_", "-")]) {
    if (label === undefined || NOT_DECLARABLE.test(label)) continue;
    try {
      return new TextDecoder(label).encoding;
    } catch {
      // The label is unknown, or this Node has no tables for it. The bytes decide instead.
    }
  }
  return undefined;
}

const HEAD_BYTES = 4_000;
const TAIL_BYTES = 3_000;
const MAX_LINE = 500;
const MAGIC_LINES = 2;
const MODELINES = 5;

const LINE_END = /\r\n|\r|\n/;
const COMMENT_OR_BLANK = /^[ \t\f]*(?:#|$)/;
const MAGIC_COMMENT = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const LOCAL_CODING = /^\W*coding:[ \t]*([\w.-]+)/;
const MODELINE = /(?:^|\s)(?:vim?|ex):.*\b(?:fileencoding|fenc)=([\w-]+)/;
const DECLARATIONS: readonly RegExp[] = [
  /-\*-(?:.*;)?[ \t]*coding[ \t]*:[ \t]*([\w.-]+)[ \t]*(?:;.*)?-\*-/i,
  /^<\?xml[^>]*?\bencoding[ \t]*=[ \t]*["']([\w.-]+)["']/,
  /^@charset "([\w.-]+)";/,
  /^(?:<\?php)?[ \t]*declare[ \t]*\([^)]*?\bencoding[ \t]*=[ \t]*["']([\w.-]+)["']/,
];
/**
 * A file whose declaration can be read as ASCII is not in one of the UTF encodings here. The other
 * names say nothing about bytes beyond ASCII.
 */
const NOT_DECLARABLE = /^(?:utf-?(?:16|32)|ucs-?[24]|(?:us-?)?ascii$|ascii-8bit$|binary$|raw-text$|no-conversion$|undecided$)/;
/** Names of Python, Ruby, Emacs and Vim that the Encoding Standard does not have. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["latin-1", "windows-1252"],
  ["iso-latin-1", "windows-1252"],
  ["utf-8-sig", "utf-8"],
  ["utf8-mac", "utf-8"],
  ["cp65001", "utf-8"],
  ["cp932", "shift_jis"],
  ["japanese-shift-jis", "shift_jis"],
  ["japanese-iso-8bit", "euc-jp"],
  ["cp936", "gbk"],
  ["euc-cn", "gbk"],
  ["cp949", "euc-kr"],
  ["cp950", "big5"],
  ["mac-roman", "macintosh"],
  ["cp866", "ibm866"],
]);
