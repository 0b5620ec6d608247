type Quote = "" | "'" | '"';

/** A line of bash up to the cursor, split into words as bash splits it. */
export interface BashLine {
  /**
   * The last word is the word at the cursor: "" after a blank. The words are without quotes and
   * backslashes.
   */
  readonly words: readonly string[];
  /** The quotation mark that is still open at the cursor. */
  readonly quote: Quote;
}

const BLANK = /\s/;
/** The characters that a backslash escapes within double quotes. */
const IN_DOUBLE_QUOTES = /["$\\`\n]/;

/** Reads a line from left to right. Does not run or expand anything in it. */
export function readBashLine(line: string): BashLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: Quote = "";
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (quote !== "" && character === quote) quote = "";
    else if (character === "\\" && quote !== "'" && (quote === "" || IN_DOUBLE_QUOTES.test(next))) {
      word = (word ?? "") + next;
      at++;
    } else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (quote === "" && BLANK.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  return { words: [...words, word ?? ""], quote };
}

/**
 * Returns the word as it must be typed in bash: escaped for the open quotation mark, or with
 * backslashes. Bash then reads exactly this word.
 */
export function quotedForBash(word: string, quote: Quote): string {
  if (quote === "'") return word.replaceAll("'", String.raw`'\''`);
  // An exclamation mark within double quotes cannot be escaped: bash expands its history before it
  // reads quotes.
  if (quote === '"') return word.replaceAll(/["$\\`]/g, String.raw`\$&`);
  return word.replaceAll(/[^\w./:@%+,=-]/gu, String.raw`\$&`);
}
