import { MAX_TARGET, type FoundReference } from "./reference-list.ts";
import { anchorSection } from "./section-citation.ts";
import { isProjectPath, percentDecoded } from "./written-path.ts";

/**
 * The reference that a link's destination is, with markup's escapes already resolved: without query
 * and fragment. `undefined` if it names no file of a project: a URL, an address, a place of the
 * same document.
 */
export function linkReference(destination: string, offset: number): FoundReference | undefined {
  if (destination.length > MAX_TARGET || SCHEME.test(destination) || MAIL.test(destination)) return undefined;
  const hash = destination.indexOf("#");
  const written = (hash === -1 ? destination : destination.slice(0, hash)).replace(QUERY, "");
  const target = percentDecoded(written) ?? written;
  // A path from the project's root is written with a slash in a link, but with none in prose.
  if (!isProjectPath(target.replace(ROOT, "")) || target.trim() === "" || target.startsWith("#")) return undefined;
  const section = hash === -1 ? undefined : anchorSection(destination.slice(hash));
  return { target: target.toWellFormed(), section, form: "link", offset };
}

/**
 * The reference that `#goal` is, as a destination alone: to a section of the same document.
 * `undefined` if it leads to the document's start, to lines, or is a template.
 */
export function ownSectionReference(destination: string, offset: number): FoundReference | undefined {
  const target = destination.startsWith("#") ? anchorSection(destination) : undefined;
  return target === undefined || TEMPLATE.test(target) ? undefined : { target, section: undefined, form: "link", offset };
}

const TEMPLATE = /[{}<>$*|"`\\\s\u0000-\u001f\u007f]|\.\.\.|…/;
const SCHEME = /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/\/|\\)/;
const MAIL = /^[^/\s]+@[^/\s]+\.[A-Za-z]+$/;
const QUERY = /\?.*$/s;
const ROOT = /^\/(?=[^/])/;
