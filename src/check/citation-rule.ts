import type { CitedPlace } from "../record/cited-places.ts";
import { nameOf } from "../references/candidates.ts";
import type { Dangling } from "../references/resolve.ts";
import type { Severity } from "./finding.ts";

/** What is read and not run: a comment that names such a file cites it. */
const DOCUMENT = /\.(?:md|mdx|mdc|markdown|rst|adoc|asciidoc|txt|pdf|tex|org)$/i;
/** Names that so many files have that one of them elsewhere proves nothing. */
const COMMON_NAME = /^(?:readme|index|changelog|license|contributing|skill|agents?|claude|summary|notes?|todo|design|spec|plan)\.\w+$/i;

function isDocument(target: string): boolean {
  return DOCUMENT.test(target.replace(/[#§].*$/s, "").trim());
}

export function isCommonName(path: string): boolean {
  return COMMON_NAME.test(nameOf(path));
}

/**
 * How sure it is that a place which names nothing was meant to name a file of this project;
 * `undefined` if it is not. Links are: that is what they are for. In comments and headers a path
 * counts that has a slash and whose first folder exists. Code that a comment names is only likely
 * to be meant, since examples look the same; so is a path without a folder of its own (`../` and a
 * name). If the first folder does not exist, the path is likely to be meant if one file alone has
 * its name.
 */
export function severityOf({ form, target }: CitedPlace, { hasSlash, firstFolder, sameName, reason }: Dangling): Severity | undefined {
  if (form === "link") return severityOfLink(target, hasSlash);
  if (!hasSlash || target.startsWith("/") || reason === "outside") return undefined;
  if (firstFolder !== undefined) {
    if (!isDocument(target)) return EXTENSION.test(target) ? "warning" : undefined;
    return UPWARDS.test(target) ? "warning" : "error";
  }
  const [only] = sameName;
  return isDocument(target) && sameName.length === 1 && only !== undefined && !isCommonName(only) ? "warning" : undefined;
}

const UPWARDS = /^(?:\.{1,2}\/)+[^/]*$/;

/**
 * What a site's own router answers has no extension, or begins at the site's root; a folder's link
 * may be made by a build.
 */
function severityOfLink(target: string, hasSlash: boolean): Severity | undefined {
  if (target.startsWith("/")) return isDocument(target) ? "warning" : undefined;
  if (EXTENSION.test(target)) return "error";
  return hasSlash || target.startsWith(".") ? "warning" : undefined;
}

const EXTENSION = /\.[A-Za-z][A-Za-z0-9]{0,9}$/;

/** Names that stand for any name: `docs/x.md`, `docs/foo.md`. */
const EXAMPLE_NAME = /^(?:[a-z]|foo|bar|baz|qux|foobar|example|sample|doc|file|filename|name|some-\w+|my-\w+|your-\w+)\.\w+$/i;

/**
 * Whether a path in a comment must have a trace in the repository's history to count: code, which
 * comments name as an example or as what a program makes; a name that stands for any name; and what
 * lies in a hidden folder, where tools keep what they make.
 */
export function needsTrace({ form, target }: CitedPlace): boolean {
  if (form === "link") return false;
  const path = target.replace(/[#§].*$/s, "").trim();
  return !isDocument(path) || EXAMPLE_NAME.test(nameOf(path)) || HIDDEN.test(path);
}

const HIDDEN = /(?:^|\/)\.(?!github\/|\.?\/)[^/]+\//;
