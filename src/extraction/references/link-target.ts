import { MAX_TARGET, type FoundReference } from "./reference-list.ts";
import { anchorSection } from "./section-citation.ts";
import { isProjectPath, percentDecoded } from "./written-path.ts";

/**
 * Returns the reference of a link's destination, without its query and fragment. The caller has
 * already resolved the escapes of the markup. Returns `undefined` if the destination names no file
 * of a project: a URL, an address, a place in the same document.
 */
export function linkReference(destination: string, offset: number): FoundReference | undefined {
  if (destination.length > MAX_TARGET || SCHEME.test(destination) || MAIL.test(destination)) return undefined;
  const hash = destination.indexOf("#");
  const written = (hash === -1 ? destination : destination.slice(0, hash)).replace(QUERY, "");
  const target = percentDecoded(written) ?? written;
  // In a link, a path from the project's root starts with a slash. In prose it does not.
  if (!isProjectPath(target.replace(ROOT, "")) || target.trim() === "" || target.startsWith("#")) return undefined;
  const section = hash === -1 ? undefined : anchorSection(destination.slice(hash));
  return { target: target.toWellFormed(), section, form: "link", offset };
}

/**
 * Returns the reference of a destination that is only `#goal`: to a section of the same document.
 * Returns `undefined` if it leads to the start of the document or to lines, or if it is a template.
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
