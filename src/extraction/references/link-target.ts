import { MAX_TARGET, type FoundReference } from "./reference-list.ts";
import { anchorSection } from "./section-citation.ts";
import { isProjectPath, percentDecoded } from "./written-path.ts";

/**
 * The reference that a link's destination is, with markup's escapes already resolved: without query and fragment. `undefined`
 * if it names no file of a project: a URL, an address, a place of the same document.
 */
export function linkReference(destination: string, offset: number): FoundReference | undefined {
  if (destination.length > MAX_TARGET || SCHEME.test(destination) || MAIL.test(destination)) return undefined;
  const hash = destination.indexOf("#");
  const written = (hash === -1 ? destination : destination.slice(0, hash)).replace(QUERY, "");
  const target = percentDecoded(written) ?? written;
  // A path from the project's root is written with a slash in a link, but with none in prose.
  if (!isProjectPath(target.replace(ROOT, "")) || target.trim() === "") return undefined;
  const section = hash === -1 ? undefined : anchorSection(destination.slice(hash));
  return { target: target.toWellFormed(), section, form: "link", offset };
}

const SCHEME = /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/\/|\\)/;
const MAIL = /^[^/\s]+@[^/\s]+\.[A-Za-z]+$/;
const QUERY = /\?.*$/s;
const ROOT = /^\/(?=[^/])/;
