import { isAscii } from "node:buffer";

import { byteOrderMarkOf, decodeMarked } from "./encoding/byte-order-mark.ts";
import { declaredEncoding } from "./encoding/declared-encoding.ts";
import { guessEastAsian, isIso2022Jp } from "./encoding/guessed-encoding.ts";

export interface DecodedSource {
  /**
   * The text without byte order mark. It is well-formed, and has no NUL, because not every database
   * can store one. A line ends with LF or CRLF: a CR that ends a line alone becomes LF.
   */
  readonly text: string;
  /**
   * The line, counted from 1, of the first byte that is not text in the file's encoding, or whose
   * encoding is a guess.
   */
  readonly badLine: number | undefined;
}

/**
 * Returns the text of a file. The encoding is the one of the byte order mark; without a mark, the
 * one that the file declares; without a declaration, UTF-8. Bytes that are not text become U+FFFD.
 * If hardly anything beyond ASCII is valid UTF-8, the bytes are read in the East Asian encoding
 * that they look like, or as Windows-1252. Never throws.
 */
export function decodeSource(bytes: Uint8Array): DecodedSource {
  const { text, badByte } = decodeBytes(bytes);
  const badLine = badByte === undefined ? undefined : lineAt(text, badByte);
  // One character replaces one character, so all offsets stay the same.
  const lines = text.includes("\r") ? text.replace(LONE_CR, "\n") : text;
  return { text: lines.includes("\0") ? lines.replaceAll("\0", REPLACEMENT) : lines, badLine };
}

/** `badByte` is the offset in `text` of the character that the first bad byte became. */
interface Decoded {
  readonly text: string;
  readonly badByte: number | undefined;
}

function decodeBytes(bytes: Uint8Array): Decoded {
  // Most files are ASCII. Looking for declarations that change nothing would take longer than
  // decoding.
  if (isAscii(bytes))
    return { text: isIso2022Jp(bytes) ? new TextDecoder("iso-2022-jp").decode(bytes) : latin1Text(bytes), badByte: undefined };
  const marked = byteOrderMarkOf(bytes);
  if (marked !== undefined) {
    const text = decodeMarked(bytes, marked);
    return { text, badByte: marked.name === "utf-8" ? firstBadOfUtf8(text, bytes.subarray(marked.markLength)) : firstReplaced(text) };
  }
  const declared = declaredEncoding(bytes);
  if (declared !== undefined && declared !== "utf-8") {
    const text = new TextDecoder(declared).decode(bytes);
    return { text, badByte: firstReplaced(text) };
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const badByte = firstBadOfUtf8(text, bytes);
  const isSettled = badByte === undefined || declared === "utf-8";
  return { text: isSettled ? text : likeliestText(text, bytes), badByte };
}

/**
 * Returns the text of bytes that are not all UTF-8. `utf8` is how they read as UTF-8. If it has
 * more good characters than bad ones, it stays.
 */
function likeliestText(utf8: string, bytes: Uint8Array): string {
  const { good, bad } = countNonAscii(utf8);
  if (good >= bad) return utf8;
  const guess = guessEastAsian(bytes);
  if (guess !== undefined) return new TextDecoder(guess).decode(bytes);
  return good > 0 ? utf8 : decodeWindows1252(bytes);
}

function countNonAscii(text: string): { good: number; bad: number } {
  let good = 0;
  let bad = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === REPLACEMENT_CODE) bad++;
    else if (code >= 0x80) good++;
  }
  return { good, bad };
}

/** A replacement character may also be in the file itself. Only the bytes tell. */
function firstBadOfUtf8(text: string, bytes: Uint8Array): number | undefined {
  let from = 0;
  let byteOffset = 0;
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, at + 1)) {
    byteOffset += Buffer.byteLength(text.slice(from, at));
    if (REPLACEMENT_BYTES.some((byte, index) => bytes[byteOffset + index] !== byte)) return at;
    from = at;
  }
  return undefined;
}

function firstReplaced(text: string): number | undefined {
  const at = text.indexOf(REPLACEMENT);
  return at === -1 ? undefined : at;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(LINE_END).length;
}

function latin1Text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/**
 * Decodes by hand, because not every Node has the table, and some read the bytes 80 to 9F as
 * control characters.
 */
function decodeWindows1252(bytes: Uint8Array): string {
  return latin1Text(bytes).replace(C1_CONTROL, (control) => WINDOWS_1252[control.charCodeAt(0) - 0x80]!);
}

const REPLACEMENT = "\uFFFD";
const REPLACEMENT_CODE = 0xfffd;
const REPLACEMENT_BYTES = [0xef, 0xbf, 0xbd];
const LONE_CR = /\r(?!\n)/g;
const LINE_END = /\r\n|\r|\n/;
const C1_CONTROL = /[\x80-\x9f]/g;
/** The characters of Windows-1252 from 80 to 9F. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";
