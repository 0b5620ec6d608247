import { posix } from "node:path";
import { MetacacheError } from "../../base/errors.ts";

/**
 * Globs as git and shells have them, translated to a path pattern. Written by hand: the packages
 * for it write look-ahead, which RE2 refuses, so that a hostile glob could not be matched in linear
 * time.
 */

const MAX_LENGTH = 250;

/**
 * The pattern of these globs, of which any may match a path from the project's root. One without
 * `/` is a file's name, in `here` or at any depth below; one with `/` begins in `here`, and one
 * that begins with `/` at the root. `here` is a folder from the root, "" for the root. Throws
 * `E_QUERY`.
 */
export function globPattern(globs: readonly string[], here: string): string {
  return `^(?:${globs.map((glob) => translate(anchored(glob, here), glob)).join("|")})$`;
}

function anchored(glob: string, here: string): string {
  if (glob === "" || glob === "/") throw refuse(glob, "is empty", "give one such as 'src/**/*.ts'");
  if (glob.length > MAX_LENGTH) throw refuse(`${glob.slice(0, 20)}…`, `has ${glob.length} characters`, `give at most ${MAX_LENGTH}`);
  if (glob.startsWith("!"))
    throw refuse(glob, "asks for what does not match", "give globs of what you look for; \\! is the character itself");
  const whole = glob.endsWith("/") ? `${glob}**` : glob;
  if (whole.startsWith("/")) return whole.slice(1);
  const literal = here.replaceAll(/[\\*?[\]{}]/g, "\\$&");
  const joined = posix.join(literal, whole.slice(0, -1).includes("/") ? whole : `**/${whole}`);
  if (joined.startsWith("../")) throw refuse(glob, "leads out of the project", "give one inside it");
  return joined;
}

/** From left to right, each character once. */
function translate(glob: string, typed: string): string {
  let pattern = "";
  /**
   * Whether a segment of the path begins here; below it, the same of the beginning of each open
   * group.
   */
  let starts = true;
  const groups: boolean[] = [];
  for (let at = 0; at < glob.length; at++) {
    const character = glob.charAt(at);
    const started: boolean = starts;
    starts = character === "/";
    if (character === "*" && glob.charAt(at + 1) === "*") {
      const stars = readStars(glob, at, { startsSegment: started, isInGroup: groups.length > 0, typed });
      pattern += stars.pattern;
      at = stars.end;
      starts = glob.charAt(at) === "/";
    } else if (character === "[") {
      const set = readSet(glob, at, typed);
      pattern += set.pattern;
      at = set.end;
    } else if (character === "{" && isAlternatives(glob, at, typed)) {
      pattern += "(?:";
      groups.push(started);
      starts = started;
    } else if (groups.length > 0 && character === "}") {
      pattern += ")";
      groups.pop();
    } else if (groups.length > 0 && character === ",") {
      pattern += "|";
      starts = groups.at(-1) === true;
    } else if (character === "\\") pattern += literally(glob.charAt(++at) || "\\");
    else pattern += SIMPLE[character] ?? literally(character);
  }
  // Its } was one of the characters of a set.
  if (groups.length > 0) throw noEnd(typed);
  return pattern;
}

interface Stars {
  readonly startsSegment: boolean;
  readonly isInGroup: boolean;
  readonly typed: string;
}

/** Two stars or more: any number of folders if they are a segment, or else what one star is. */
function readStars(
  glob: string,
  start: number,
  { startsSegment, isInGroup, typed }: Stars,
): { readonly pattern: string; readonly end: number } {
  let end = start + 2;
  while (glob.charAt(end) === "*") end++;
  if (!startsSegment) return { pattern: "[^/]*", end: end - 1 };
  if (end === glob.length) return { pattern: ".+", end: end - 1 };
  if (glob.charAt(end) === "/") return { pattern: "(?:[^/]+/)*", end };
  if (isInGroup && /[,}]/.test(glob.charAt(end)))
    throw refuse(typed, "has ** at the end of an alternative", "give a glob of its own for each alternative");
  return { pattern: "[^/]*", end: end - 1 };
}

const SIMPLE: Readonly<Record<string, string>> = { "*": "[^/]*", "?": "[^/]" };

function literally(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\]/, "\\$&");
}

function readSet(glob: string, start: number, typed: string): { readonly pattern: string; readonly end: number } {
  const negated = /[!^]/.test(glob.charAt(start + 1));
  const first = start + (negated ? 2 : 1);
  const members: string[] = [];
  for (let at = first; at < glob.length; at++) {
    const character = glob.charAt(at);
    // A bracket that comes first is one of the characters.
    if (character === "]" && at > first) return { pattern: `[${negated ? "^/" : ""}${membersPattern(members, typed)}]`, end: at };
    if (/^\[([:.=])[^\]]*\1\]/.test(glob.slice(at))) throw refuse(typed, "names a class of characters", "name the characters: [a-zA-Z]");
    if (character === "\\") at++;
    const member = String.fromCodePoint(glob.codePointAt(at) ?? BACKSLASH);
    members.push(character === "-" ? RANGE : member);
    at += member.length - 1;
  }
  throw refuse(typed, "has a [ without its ]", "write \\[ for the character itself");
}

const BACKSLASH = 0x5c;
/** Stands between the ends of a range; a `-` behind a backslash is the character itself. */
const RANGE = "";

function membersPattern(members: readonly string[], typed: string): string {
  let pattern = "";
  for (let at = 0; at < members.length; at++) {
    const [low = RANGE, middle, high = RANGE] = members.slice(at, at + 3);
    pattern += inSet(low);
    if (low === RANGE || middle !== RANGE || high === RANGE) continue;
    if ((low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0))
      throw refuse(typed, `has the range ${low}-${high}, which ends before it begins`, "write its ends the other way round");
    pattern += `-${inSet(high)}`;
    at += 2;
  }
  return pattern;
}

function inSet(member: string): string {
  return member === RANGE ? "\\-" : member.replace(/[\\[\]^-]/, "\\$&");
}

/** A group without a comma stands for itself, as in a shell. */
function isAlternatives(glob: string, start: number, typed: string): boolean {
  let depth = 0;
  let commas = 0;
  for (let at = start; at < glob.length; at++) {
    const character = glob.charAt(at);
    if (character === "\\") at++;
    else if (character === "{") depth++;
    else if (character === ",") commas += depth === 1 ? 1 : 0;
    else if (character === "}" && --depth === 0) {
      if (commas === 0 && glob.slice(start, at).includes("..")) throw refuse(typed, "has a range in braces", "name each of its values");
      return commas > 0;
    }
  }
  throw noEnd(typed);
}

function noEnd(typed: string): MetacacheError {
  return refuse(typed, "has a { without its }", "write \\{ for the character itself");
}

function refuse(glob: string, problem: string, remedy: string): MetacacheError {
  return new MetacacheError("E_QUERY", `the glob ${JSON.stringify(glob)} ${problem}`, { remedy });
}
