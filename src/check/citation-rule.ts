import type { CitedPlace } from "../record/cited-places.ts";
import { nameOf } from "../references/candidates.ts";
import type { Dangling } from "../references/resolve.ts";
import type { Severity } from "./finding.ts";

/** Files that people read and nothing runs. A comment that names such a file cites it. */
const DOCUMENT = /\.(?:md|mdx|mdc|markdown|rst|adoc|asciidoc|txt|pdf|tex|org)$/i;
/** So many files have these names that a file with the same name elsewhere proves nothing. */
const COMMON_NAME = /^(?:readme|index|changelog|license|contributing|skill|agents?|claude|summary|notes?|todo|design|spec|plan)\.\w+$/i;

function isDocument(target: string): boolean {
  return DOCUMENT.test(target.replace(/[#§].*$/s, "").trim());
}

export function isCommonName(path: string): boolean {
  return COMMON_NAME.test(nameOf(path));
}

/**
 * Returns how sure it is that a place which names nothing was meant to name a file of this project.
 * Returns `undefined` if it is not sure. Links are sure: that is their purpose. In comments and
 * headers, a path counts if it has a slash and its first folder exists. If a comment names code,
 * the code is only likely to be meant, because examples look the same. The same is true for a path
 * without a folder of its own (`../` and a name). If the first folder does not exist, the path is
 * likely to be meant if exactly one file has its name.
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
 * Returns how sure it is that a link was meant to name a file. The router of a site may answer a
 * path without an extension, or a path that begins at the root of the site. A build may make the
 * page of a link to a folder.
 */
function severityOfLink(target: string, hasSlash: boolean): Severity | undefined {
  if (target.startsWith("/")) return isDocument(target) ? "warning" : undefined;
  if (EXTENSION.test(target)) return "error";
  return hasSlash || target.startsWith(".") ? "warning" : undefined;
}

const EXTENSION = /\.[A-Za-z][A-Za-z0-9]{0,9}$/;

/** Placeholder names: `docs/x.md`, `docs/foo.md`. */
const EXAMPLE_NAME = /^(?:[a-z]|foo|bar|baz|qux|foobar|example|sample|doc|file|filename|name|some-\w+|my-\w+|your-\w+)\.\w+$/i;

/**
 * True if a path in a comment counts only if the history of the repository knows it. Such paths are
 * code, because comments name code as an example or as output of a program; placeholder names; and
 * paths in a hidden folder, where tools keep their output.
 */
export function needsTrace({ form, target }: CitedPlace): boolean {
  if (form === "link") return false;
  const path = target.replace(/[#§].*$/s, "").trim();
  return !isDocument(path) || EXAMPLE_NAME.test(nameOf(path)) || HIDDEN.test(path);
}

const HIDDEN = /(?:^|\/)\.(?!github\/|\.?\/)[^/]+\//;
