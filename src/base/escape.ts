/**
 * Text from a repository may hold anything: a terminal obeys control characters, and bidirectional or invisible characters
 * make one name look like another. What is escaped: C0, DEL, C1, format characters, line separators, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** The joiners stay in prose: some scripts and most emoji are spelt with them, and they move nothing on a terminal. */
const UNSAFE_IN_PROSE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;
const BLANKS = /\r\n|[\t\n\r]/g;

/** Prose as one line that is safe on a terminal: tabs and line ends become spaces, everything else unsafe `\uXXXX`. */
export function escapeProse(text: string): string {
  return text.replace(BLANKS, " ").replace(UNSAFE_IN_PROSE, escapeUnits);
}

/** The same for text of several lines, which stay lines. */
export function escapeLines(text: string): string {
  return text.split("\n").map(escapeProse).join("\n");
}

/**
 * A path or name as one line that says exactly what it is: as it stands, or as a JSON string if it holds an unsafe character
 * or begins with a quotation mark. So no two names are shown alike.
 */
export function quoteName(name: string): string {
  return name.startsWith('"') || name.search(UNSAFE) >= 0 ? safeJson(name) : name;
}

/** JSON that parses to exactly `value`, of which a terminal shows every character: JSON.stringify leaves C1 and format characters raw. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSAFE, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`).join("");
}
