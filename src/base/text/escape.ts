/**
 * Text from a repository can contain any character. A terminal obeys control characters, and
 * bidirectional or invisible characters make one name look like another. This pattern matches the
 * characters to escape: C0, DEL, C1, format characters, line separators and lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/**
 * Prose keeps the joiners: some scripts and most emoji need them, and they move nothing on a
 * terminal.
 */
const UNSAFE_IN_PROSE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;
const BLANKS = /\r\n|[\t\n\r]/g;

/**
 * Returns prose as one line that is safe on a terminal. Tabs and line ends become spaces, every
 * other unsafe character becomes `\uXXXX`.
 */
export function escapeProse(text: string): string {
  return text.replace(BLANKS, " ").replace(UNSAFE_IN_PROSE, escapeUnits);
}

/** Does the same for text of several lines, and keeps the lines. */
export function escapeLines(text: string): string {
  return text.split("\n").map(escapeProse).join("\n");
}

/**
 * Returns a path or a name as one line that shows exactly what it is: unchanged, or as a JSON
 * string if it contains an unsafe character or begins with a quotation mark. So two different names
 * never look alike.
 */
export function quoteName(name: string): string {
  return name.startsWith('"') || name.search(UNSAFE) >= 0 ? safeJson(name) : name;
}

/**
 * Returns JSON that parses to exactly `value`, and that shows every character on a terminal.
 * JSON.stringify alone leaves C1 and format characters unescaped.
 */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}
