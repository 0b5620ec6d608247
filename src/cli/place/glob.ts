import { posix } from "node:path";
import { MetacacheError } from "../../base/errors.ts";

/**
 * Globs as git and shells have them, translated to a path pattern. Written by hand: the packages for it write look-ahead, which RE2 refuses, so that
 * a hostile glob could not be matched in linear time.
 */

const MAX_LENGTH = 250;

/**
 * The pattern of these globs, of which any may match a path from the project's root. One without `/` is a file's name, in `here` or at any depth below; one with
 * `/` begins in `here`, and one that begins with `/` at the root. `here` is a folder from the root, "" for the root. Throws `E_QUERY`.
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
  let depth = 0;
  for (let at = 0; at < glob.length; at++) {
    const character = glob.charAt(at);
    const startsSegment = at === 0 || glob.charAt(at - 1) === "/";
    if (character === "*" && glob.charAt(at + 1) === "*") {
      let end = at + 2;
      while (glob.charAt(end) === "*") end++;
      const isSegment = startsSegment && (end === glob.length || glob.charAt(end) === "/");
      pattern += !isSegment ? "[^/]*" : end === glob.length ? ".+" : "(?:[^/]+/)*";
      at = isSegment && end < glob.length ? end : end - 1;
    } else if (character === "[") {
      const set = readSet(glob, at, typed);
      pattern += set.pattern;
      at = set.end;
    } else if (character === "{" && isAlternatives(glob, at, typed)) {
      pattern += "(?:";
      depth++;
    } else if (depth > 0 && character === "}") {
      pattern += ")";
      depth--;
    } else if (depth > 0 && character === ",") pattern += "|";
    else if (character === "\\") pattern += literally(glob.charAt(++at) || "\\");
    else pattern += SIMPLE[character] ?? literally(character);
  }
  return pattern;
}

const SIMPLE: Readonly<Record<string, string>> = { "*": "[^/]*", "?": "[^/]" };

function literally(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\]/, "\\$&");
}

function readSet(glob: string, start: number, typed: string): { readonly pattern: string; readonly end: number } {
  const negated = /[!^]/.test(glob.charAt(start + 1));
  const first = start + (negated ? 2 : 1);
  // A bracket that comes first is one of the characters.
  const end = glob.indexOf("]", first + 1);
  if (end === -1) throw refuse(typed, "has a [ without its ]", "write \\[ for the character itself");
  const characters = glob.slice(first, end).replaceAll(/[\\[\]^]/g, "\\$&");
  return { pattern: negated ? `[^/${characters}]` : `[${characters}]`, end };
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
  throw refuse(typed, "has a { without its }", "write \\{ for the character itself");
}

function refuse(glob: string, problem: string, remedy: string): MetacacheError {
  return new MetacacheError("E_QUERY", `the glob ${JSON.stringify(glob)} ${problem}`, { remedy });
}
