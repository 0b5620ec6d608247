import { nearest } from "../../base/text/nearest.ts";
import type { Heading } from "../../record/file-metadata.ts";

/** The result of the search for a section among the headings of a document. */
export type SectionSearch =
  | { readonly is: "found" }
  /** The document cannot tell: it has no numbers, or no headings. */
  | { readonly is: "unknown" }
  /**
   * `nearest` is a heading that may be meant. `only` is the single anchor that differs just in case
   * or punctuation.
   */
  | { readonly is: "missing"; readonly nearest: string | undefined; readonly only: string | undefined };

/**
 * Searches `#goal` among the anchors, and `§3.2` among the numbers that the document gives to its
 * headings.
 */
export function findSection(section: string, headings: readonly Heading[]): SectionSearch {
  return section.startsWith("#") ? findAnchor(section.slice(1), headings) : findNumber(section.replace(/^§+\s*/, ""), headings);
}

function findAnchor(anchor: string, headings: readonly Heading[]): SectionSearch {
  // None of these names a heading: a route, a text fragment, lines, the top.
  if (/^[/!]|^:~:|^L\d+/.test(anchor) || anchor.toLowerCase() === "top") return { is: "found" };
  const wanted = anchor.toLowerCase().replace(/^user-content-/, "");
  if (FOOTNOTE.test(wanted)) return { is: "found" };
  if (headings.some(({ slug, text }) => slug.toLowerCase() === wanted || customAnchors(text).includes(wanted))) return { is: "found" };
  const bare = lettersOf(wanted);
  const alike = headings.filter(({ slug }) => bare !== "" && lettersOf(slug) === bare);
  const [only] = alike;
  const slugs = headings.map(({ slug }) => slug);
  const near = only?.slug ?? nearest(wanted, slugs) ?? slugs.find((slug) => wanted.length >= MIN_PART && slug.includes(wanted));
  return {
    is: "missing",
    nearest: near === undefined ? undefined : `#${near}`,
    only: alike.length === 1 && only !== undefined ? `#${only.slug}` : undefined,
  };
}

/** How GitHub and site generators name a footnote, or the place that refers to it. */
const FOOTNOTE = /^fn(?:ref)?(?:[-:]\S+|\d+)$/;
const MIN_PART = 4;

/** `## Title {#name}`: some site generators support this. */
function customAnchors(text: string): readonly string[] {
  if (!text.includes("{#")) return [];
  return Array.from(text.slice(0, 1_000).matchAll(/\{#([\w.-]{1,200})\}/g), (match) => (match[1] ?? "").toLowerCase());
}

function lettersOf(slug: string): string {
  return slug.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
}

function findNumber(written: string, headings: readonly Heading[]): SectionSearch {
  const wanted = normalNumber(written);
  const numbers = new Map<string, string>();
  for (const { text } of headings) {
    const number = numberOf(text);
    if (number !== undefined && !numbers.has(number)) numbers.set(number, text.slice(0, MAX_SHOWN));
  }
  if (numbers.has(wanted)) return { is: "found" };
  if (numbers.size === 0) return { is: "unknown" };
  return { is: "missing", nearest: nearestNumber(wanted, numbers), only: undefined };
}

const MAX_SHOWN = 80;

/**
 * Returns the number at the start of a heading: `3.2 Goals`, `§3.2: Goals`, `Section 3`, `A.1
 * Notes`, `Appendix B`.
 */
function numberOf(text: string): string | undefined {
  const match = NUMBERED.exec(text.slice(0, 100));
  return match === null ? undefined : normalNumber(match[1] ?? match[2] ?? "");
}

const NUMBERED =
  /^\s*(?:(?:§+\s*|(?:section|chapter|part|appendix|annex|phase|step|rule|law|decision)\s+)([A-Z]?\d*(?:\.\d+)*[a-z]?)|((?:[A-Z]\.)?\d+(?:\.\d+)*[a-z]?|[A-Z](?=[.:)]\s)))(?=$|[\s.:)\]—–-])/i;

function normalNumber(number: string): string {
  return number.toLowerCase().replace(/\.$/, "");
}

/**
 * Returns the section above, or else the section whose number is spelt most like it, or else the
 * last one.
 */
function nearestNumber(wanted: string, numbers: ReadonlyMap<string, string>): string | undefined {
  for (let above = wanted; above.includes(".");) {
    above = above.slice(0, above.lastIndexOf("."));
    const text = numbers.get(above);
    if (text !== undefined) return text;
  }
  const near = nearest(wanted, numbers.keys());
  return near === undefined ? [...numbers.values()].at(-1) : numbers.get(near);
}
