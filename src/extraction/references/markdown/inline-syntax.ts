/** The destination of a link as it is written, without angle brackets, and the end of the link. */
export interface Destination {
  readonly written: string;
  readonly start: number;
  readonly end: number;
}

/** Reads `dest "title")` after the opening parenthesis of a link. */
export function readDestination(text: string, from: number): Destination | undefined {
  const start = skipBlanks(text, from);
  const bare = readBareDestination(text, start);
  if (bare === undefined) return undefined;
  let at = skipBlanks(text, bare.end);
  if (at > bare.end && text[at] !== ")") {
    const title = titleEnd(text, at);
    if (title === undefined) return undefined;
    at = skipBlanks(text, title);
  }
  return text[at] === ")" ? { ...bare, end: at + 1 } : undefined;
}

/** Reads only a destination: in angle brackets, or up to white space, with parentheses in pairs. */
export function readBareDestination(text: string, start: number): Destination | undefined {
  if (text[start] === "<") {
    IN_ANGLES.lastIndex = start;
    const found = IN_ANGLES.exec(text)?.[0];
    return found === undefined ? undefined : { written: found.slice(1, -1), start: start + 1, end: start + found.length };
  }
  let depth = 0;
  let at = start;
  for (; at < text.length && at - start < MAX_LENGTH; at++) {
    const character = text[at]!;
    if (character === "\\" && PUNCTUATION.test(text[at + 1] ?? "")) at++;
    else if (character === "(" && ++depth > MAX_NESTING) return undefined;
    else if (character === ")" && depth-- === 0) break;
    else if (character <= " ") break;
  }
  if (at - start >= MAX_LENGTH || (depth > 0 && text[at] !== ")")) return undefined;
  return { written: text.slice(start, at), start, end: at };
}

/** Returns the offset after a link's title. */
export function titleEnd(text: string, start: number): number | undefined {
  TITLE.lastIndex = start;
  return TITLE.test(text) ? TITLE.lastIndex : undefined;
}

/** Returns the offset after white space and at most one line end. */
export function skipBlanks(text: string, start: number): number {
  BLANKS.lastIndex = start;
  BLANKS.test(text);
  return BLANKS.lastIndex;
}

/** Returns the offset after the tag that starts at `at`, or `undefined` if no tag starts there. */
export function tagEnd(text: string, at: number): number | undefined {
  TAG_NAME.lastIndex = at;
  if (!TAG_NAME.test(text)) return undefined;
  let quote = "";
  for (let index = TAG_NAME.lastIndex; index < text.length && index - at < MAX_LENGTH; index++) {
    const character = text[index]!;
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === ">") return index + 1;
    else if (character === "<") return undefined;
  }
  return undefined;
}

/**
 * Returns a function that finds the end of the code that starts with `ticks` backticks. It looks at
 * each run of backticks at most twice.
 */
export function closingOfCode(text: string): (at: number, ticks: number) => number | undefined {
  let runs: Map<number, number[]> | undefined;
  return (at, ticks) => {
    if (runs === undefined) {
      runs = new Map();
      for (const { index, 0: run } of text.matchAll(TICKS)) {
        const known = runs.get(run.length);
        if (known === undefined) runs.set(run.length, [index]);
        else known.push(index);
      }
      for (const starts of runs.values()) starts.reverse();
    }
    const starts = runs.get(ticks) ?? [];
    while (starts.length > 0 && starts.at(-1)! <= at) starts.pop();
    const start = starts.at(-1);
    return start === undefined ? undefined : start + ticks;
  };
}

/** Resolves backslashes before punctuation, and the entities that occur in paths and headings. */
export function unescaped(text: string): string {
  return text.replace(ESCAPE, (written, character: string | undefined, decimal?: string, hex?: string, name?: string) => {
    if (character !== undefined) return character;
    if (name !== undefined) return ENTITIES.get(name) ?? written;
    const code = decimal === undefined ? parseInt(hex!, 16) : parseInt(decimal, 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  });
}

const IN_ANGLES = /<(?:[^<>\n\\]|\\[^\n]){0,2000}>/y;
const TITLE = /"(?:[^"\\]|\\[^]){0,2000}"|'(?:[^'\\]|\\[^]){0,2000}'|\((?:[^()\\]|\\[^]){0,2000}\)/y;
const BLANKS = /[ \t]{0,999}(?:\n[ \t]{0,999})?/y;
const TAG_NAME = /<\/?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])(?!\/[^>\s])/y;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const TICKS = /`+/g;
const ESCAPE = /\\([!-/:-@[-`{-~])|&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,6}));/g;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", "\u00a0"],
  ["copy", "©"],
  ["reg", "®"],
  ["trade", "™"],
  ["mdash", "—"],
  ["ndash", "–"],
  ["hellip", "…"],
]);
/** Nested parentheses in a destination, as in CommonMark's own parsers. */
const MAX_NESTING = 32;
/** Characters of a destination or tag. */
const MAX_LENGTH = 2_000;
