import { pathKindOf } from "../path-kinds.ts";
import { isBounded, isNamedAsModule, pathStart } from "../path-surroundings.ts";
import { MAX_TARGET, type FoundReference } from "../reference-list.ts";
import { citedSection } from "../section-citation.ts";
import { isProjectPath, percentDecoded } from "../written-path.ts";

/**
 * Yields the paths in the comment `text`, with their offsets in it: documents by path or by bare
 * name, other files by a path with a slash. Does not check if they exist.
 *
 * Looks at each dot that an extension follows, and searches back to the start of the path, but
 * never beyond the path before it. So the cost is linear in the length of the comment.
 */
export function* commentReferences(text: string): Generator<FoundReference> {
  let from = 0;
  let end = 0;
  for (let dot = extensionFrom(text, 0); dot !== null; dot = extensionFrom(text, end)) {
    end = dot.index + dot[0].length;
    const kind = pathKindOf(dot[0]);
    if (kind === undefined) continue;
    const start = pathStart(text, dot.index, Math.max(from, dot.index - MAX_TARGET));
    const written = text.slice(start, end);
    if (!isNamedFile(written, dot[0].length) || (kind === "file" && !written.includes("/"))) continue;
    if (!isBounded(text, start, end)) continue;
    from = end;
    const target = percentDecoded(written);
    if (target === undefined || !isProjectPath(target) || isAlternation(target)) continue;
    if (kind === "file" ? isNamedAsModule(text, start) : SUFFIX.test(target)) continue;
    yield { target: target.toWellFormed(), section: citedSection(text, start, end), form: "comment", offset: start };
  }
}

/** Sets where to begin, because callers may take turns. */
function extensionFrom(text: string, start: number): RegExpExecArray | null {
  EXTENSION.lastIndex = start;
  return EXTENSION.exec(text);
}

/** False for `.md` alone. */
function isNamedFile(path: string, extensionLength: number): boolean {
  return NAME_END.test(path.slice(0, -extensionLength).slice(-2));
}

/** `README.md/CHANGELOG.md` are two files. */
function isAlternation(path: string): boolean {
  return path
    .split("/")
    .slice(0, -1)
    .some((folder) => {
      const dot = folder.lastIndexOf(".");
      return dot > 0 && (pathKindOf(folder.slice(dot)) === "document" || path.endsWith(folder.slice(dot)));
    });
}

/**
 * The code looks for the end of the word in the text after the match: a letter beyond ASCII may
 * follow.
 */
const EXTENSION = /\.[A-Za-z][A-Za-z0-9]{0,11}(?![A-Za-z0-9_])/g;
/** `.refusal.txt` is only the end of a name. */
const SUFFIX = /^\.[^/]*$/;
const NAME_END = /[\p{L}\p{M}\p{N}\p{S}_+)\]-]\.?$/u;
