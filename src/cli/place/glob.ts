import { posix } from "node:path";
import { MetacacheError } from "../../base/errors.ts";

/**
 * Translates globs, as git and shells have them, to a path pattern. Written by hand, because
 * packages for globs write look-ahead. RE2 refuses look-ahead, so a hostile glob could not be
 * matched in linear time.
 */

const MAX_LENGTH = 250;

/**
 * Returns the pattern that matches a path from the project's root if any of the globs matches it.
 * - A glob without `/` is a file name, in `here` or at any depth below it.
 * - A glob with `/` starts in `here`.
 * - A glob that starts with `/` starts at the root.
 *
 * `here` is a folder relative to the root, or "" for the root. Throws `E_QUERY`.
 */
export function globPattern(globs: readonly string[], here: string): string {
  return `^(?:${globs.map((glob) => translate(anchored(glob, here), glob)).join("|")})$`;
}

function anchored(glob: string, here: string): string {
  if (glob === "" || glob === "/") throw refuse(glob, "is empty", "give one such as 'src/**/*.ts'");
  if (glob.length > MAX_LENGTH) throw refuse(`${glob.slice(0, 20)}…`, `has ${glob.length} characters`, `give at most ${MAX_LENGTH}`);
  if (glob.startsWith("!"))
    throw refuse(glob, "starts with !, which excludes files", "give only globs of the files to find; write \\! for the character itself");
  const whole = glob.endsWith("/") ? `${glob}**` : glob;
  if (whole.startsWith("/")) return whole.slice(1);
  const literal = here.replaceAll(/[\\*?[\]{}]/g, "\\$&");
  const joined = posix.join(literal, whole.slice(0, -1).includes("/") ? whole : `**/${whole}`);
  if (joined.startsWith("../")) throw refuse(glob, "leads out of the project", "give one inside it");
  return joined;
}

/** Reads the glob from left to right, each character once. */
function translate(glob: string, typed: string): string {
  let pattern = "";
  /**
   * True if a segment of the path starts at this character. `groups` has this value for the start
   * of each open group.
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
  // The } was a character of a set, so the group has no end.
  if (groups.length > 0) throw noEnd(typed);
  return pattern;
}

interface Stars {
  readonly startsSegment: boolean;
  readonly isInGroup: boolean;
  readonly typed: string;
}

/**
 * Reads two or more stars. They match any number of folders if they are a whole segment. Otherwise
 * they match the same as one star.
 */
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
    throw refuse(typed, "has ** at the end of an alternative", "write one glob for each alternative");
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
    // A ] at the start of a set is a character of the set.
    if (character === "]" && at > first) return { pattern: `[${negated ? "^/" : ""}${membersPattern(members, typed)}]`, end: at };
    if (/^\[([:.=])[^\]]*\1\]/.test(glob.slice(at))) throw refuse(typed, "contains a character class", "list the characters: [a-zA-Z]");
    if (character === "\\") at++;
    const member = String.fromCodePoint(glob.codePointAt(at) ?? BACKSLASH);
    members.push(character === "-" ? RANGE : member);
    at += member.length - 1;
  }
  throw refuse(typed, "has a [ without its ]", "write \\[ for the character itself");
}

const BACKSLASH = 0x5c;
/** Marks the `-` between the ends of a range. A `-` after a backslash is the character itself. */
const RANGE = "";

function membersPattern(members: readonly string[], typed: string): string {
  let pattern = "";
  for (let at = 0; at < members.length; at++) {
    const [low = RANGE, middle, high = RANGE] = members.slice(at, at + 3);
    pattern += inSet(low);
    if (low === RANGE || middle !== RANGE || high === RANGE) continue;
    if ((low.codePointAt(0) ?? 0) > (high.codePointAt(0) ?? 0))
      throw refuse(typed, `has the range ${low}-${high}, which ends before it begins`, "swap its ends");
    pattern += `-${inSet(high)}`;
    at += 2;
  }
  return pattern;
}

function inSet(member: string): string {
  return member === RANGE ? "\\-" : member.replace(/[\\[\]^-]/, "\\$&");
}

/**
 * Tells if the braces are a group of alternatives. Braces without a comma are plain characters, as
 * in a shell.
 */
function isAlternatives(glob: string, start: number, typed: string): boolean {
  let depth = 0;
  let commas = 0;
  for (let at = start; at < glob.length; at++) {
    const character = glob.charAt(at);
    if (character === "\\") at++;
    else if (character === "{") depth++;
    else if (character === ",") commas += depth === 1 ? 1 : 0;
    else if (character === "}" && --depth === 0) {
      if (commas === 0 && glob.slice(start, at).includes(".."))
        throw refuse(typed, "has a range in braces", "list each value of the range");
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
