/**
 * The forms of references: in a tagged header, in a comment of code, or as a link of a document.
 */
export const CITING_FORMS = ["header", "comment", "link"] as const;
/** Where a reference is written. */
export type CitingForm = (typeof CITING_FORMS)[number];

/** The normal form of a target: all spellings of a target have the same normal form. */
export interface NormalTarget {
  /** The path without `.`, `..`, empty segments, and without a `/` at either end. */
  readonly path: string;
  /** How many folders the path goes up first: `../x` goes up one. */
  readonly ups: number;
  /** True if a `/` is before the path. */
  readonly isRooted: boolean;
  /** `#goal` or `§3.2`, if the target has a section. */
  readonly section: string | undefined;
}

/**
 * Returns the normal form of a target, or of a path that a person types: `./docs/D.md`,
 * `docs\D.md`, `docs//D.md` and `docs/D.md#goal` all become `docs/D.md`. Decodes percent-encoding,
 * and cuts off a query (`?raw=1`) and line numbers (`:12`). Returns `undefined` for a text that
 * names no file of the project: a URL, a path from a home folder or a drive, a glob, a template, an
 * elided path, a sentence.
 */
export function normalTarget(text: string): NormalTarget | undefined {
  // Longer texts name no file, and would make the patterns below slow.
  if (text.length > MAX_LENGTH) return undefined;
  if (isNormal(text)) return { path: text, ups: 0, isRooted: false, section: undefined };
  const { path: written, section } = withoutSection(bare(text));
  const cut = written.replace(QUERY, "").replace(LINES, "");
  if (cut === "" || NO_FILE.test(cut)) return undefined;
  const decoded = decode(cut).replaceAll("\\", "/");
  if (decoded.startsWith("//") || NO_FILE.test(decoded) || !decoded.isWellFormed()) return undefined;
  const { path, ups } = normalSegments(decoded);
  const isRooted = decoded.startsWith("/");
  if (!decoded.includes("/") && SENTENCE.test(decoded)) return undefined;
  return { path, ups: isRooted ? 0 : ups, isRooted, section };
}

/** Returns the section that a target names: `#goal` or `§3.2`, as records write sections. */
export function sectionOf(text: string): string | undefined {
  return text.length > MAX_LENGTH || isNormal(text) ? undefined : withoutSection(bare(text)).section;
}

/**
 * True if two sections are the same. The case of an anchor and a dot at the end of a number do not
 * matter.
 */
export function isSameSection(one: string, other: string): boolean {
  return normalSection(one) === normalSection(other);
}

function normalSection(section: string): string {
  return section.toLowerCase().replace(/^§\s*/, "§").replace(/\.$/, "");
}

const MAX_LENGTH = 4_096;
/**
 * A scheme or a drive; a home folder; globs, templates and markup; an elided path; control
 * characters.
 */
const NO_FILE = /^[A-Za-z][A-Za-z0-9+.-]*:|^~|[*<>{}|"\0-\x1f]|\.\.\.|…|\$\(|(?:^|\/)\$[A-Z_]+(?:\/|$)|%[A-Z_]+%/;
const QUERY = /\?[^/]*$/;
const LINES = /:\d+(?:[-:]\d+)?$/;
/** Words that do not end as file names do. */
const SENTENCE = /\s(?!.*\.\w{1,10}$)/;
const QUOTES = /^(?:`(.*)`|"(.*)"|'(.*)'|<(.*)>)$/s;
const ANCHOR = /#[^/#]*$/;
const NUMBER = /\s*[,(]?\s*§\s*([\w.]+)\)?.*$/s;
const WORDS = /[\s,(]+section\s+(\d[\w.]*)\)?$/i;

const PLAIN = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/**
 * True for most targets: nothing but letters, digits, `_`, `-` and dots, with no dot at the
 * beginning of a segment. None of the other patterns matches such a text, and trying them all took
 * half of the time in which the terms of a record are made.
 */
function isNormal(text: string): boolean {
  return PLAIN.test(text) && !text.includes("...");
}

function bare(text: string): string {
  const trimmed = text.trim();
  const quoted = QUOTES.exec(trimmed);
  return quoted === null ? trimmed : (quoted[1] ?? quoted[2] ?? quoted[3] ?? quoted[4] ?? "").trim();
}

function withoutSection(text: string): { readonly path: string; readonly section: string | undefined } {
  const number = NUMBER.exec(text) ?? WORDS.exec(text);
  const path = number === null ? text : text.slice(0, number.index);
  const anchor = ANCHOR.exec(path);
  const section =
    anchor !== null && anchor[0] !== "#" ? decode(anchor[0]) : number === null ? undefined : `§${number[1]?.replace(/\.$/, "") ?? ""}`;
  return { path: anchor === null ? path : path.slice(0, anchor.index), section };
}

/** Text that is not percent-encoding stays as it is. */
function decode(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function normalSegments(path: string): { readonly path: string; readonly ups: number } {
  if (!IRREGULAR.test(path)) return { path, ups: 0 };
  const segments: string[] = [];
  let ups = 0;
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.length > 0) segments.pop();
    else ups++;
  }
  return { path: segments.join("/"), ups };
}

const IRREGULAR = /(?:^|\/)\.{0,2}(?:\/|$)/;
