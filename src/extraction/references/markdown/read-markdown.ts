import type { DocumentParts, FoundHeading } from "../documents/document-parts.ts";
import { linkReference, ownSectionReference } from "../link-target.ts";
import type { FoundReference } from "../reference-list.ts";
import type { TextRange } from "../../text-range.ts";
import { BlockReader, type Block } from "./block-reader.ts";
import { headingText, MAX_HEADING_SOURCE } from "./heading-text.ts";
import { headingLevel, readTag } from "./html-parts.ts";
import { inlineParts } from "./inline-parts.ts";
import { readBareDestination, skipBlanks, titleEnd, unescaped, type Destination } from "./inline-syntax.ts";
import type { MarkdownText } from "./markdown-text.ts";

/**
 * Reads the links, headings, anchors and comments of a Markdown document, by CommonMark and
 * GitHub's additions. A definition of a link is a reference. A use of the definition is not. Code
 * and front matter have no references.
 */
export function readMarkdown(text: string): DocumentParts {
  return new MarkdownReader(text).parts;
}

class MarkdownReader {
  readonly links: FoundReference[] = [];
  readonly comments: TextRange[] = [];
  /** A heading's text is known only when all labels are known. */
  readonly #headings: (() => FoundHeading)[] = [];
  readonly #labels = new Set<string>();

  constructor(text: string) {
    new BlockReader(text, (block) => this.#read(block)).read(frontMatterEnd(text));
  }

  get parts(): DocumentParts {
    return { links: this.links, headings: this.#headings.map((heading) => heading()), comments: this.comments };
  }

  #read(block: Block): void {
    const { content } = block;
    const { text } = content;
    const start = block.kind === "paragraph" || (block.kind === "heading" && block.isUnderlined) ? this.#readDefinitions(content) : 0;
    if (start >= text.length) return;
    if (block.kind === "heading") this.#addHeading(text.slice(start), block.level, content.offsetOf(start));
    if (MARKUP.test(text)) this.#readInline(content, start, block.kind === "html");
  }

  #addHeading(source: string, level: number, offset: number): void {
    const custom = source.length <= MAX_HEADING_SOURCE ? CUSTOM_ID.exec(source) : null;
    const written = custom === null ? source : source.slice(0, custom.index);
    this.#headings.push(() => ({ text: headingText(written, (label) => this.#labels.has(labelKey(label))), level, offset }));
    if (custom !== null) this.#headings.push(() => ({ text: custom[1]!, anchor: custom[1]!, level: 0, offset }));
  }

  #readInline(content: MarkdownText, start: number, isHtml: boolean): void {
    const text = content.text.slice(start);
    const offset = (index: number): number => content.offsetOf(start + index);
    const { destinations, tags, comments, autolinks, links } = inlineParts(text, isHtml);
    for (const [at, destination] of destinations.entries()) {
      const { open = 0, close = 0 } = links[at] ?? {};
      if (!destination.written.startsWith("#") || saysWords(text.slice(open + 1, close)))
        this.#addLink(destination, offset(destination.start));
    }
    for (const link of autolinks) this.#addLink({ ...link, written: text.slice(link.start, link.end) }, offset(link.start));
    for (const comment of comments) this.comments.push({ start: offset(comment.start), end: offset(comment.end) });
    for (const tag of tags) {
      const written = text.slice(tag.start, tag.end);
      const level = headingLevel(written);
      if (level > 0) {
        const inner = text.slice(tag.end, tag.end + MAX_HEADING_SOURCE);
        const end = CLOSING_HEADING.exec(inner)?.index;
        if (end !== undefined) this.#addHeading(inner.slice(0, end).trim(), level, offset(tag.start));
      }
      const found: DocumentParts = { links: this.links, comments: this.comments, headings: [] };
      readTag(
        written,
        (index) => offset(tag.start + index),
        found,
        () => saysWords(textBehind(text, tag.end)),
      );
      for (const anchor of found.headings) this.#headings.push(() => anchor);
    }
  }

  /** Reads the definitions at the start of a paragraph. Returns where the other text starts. */
  #readDefinitions(content: MarkdownText): number {
    const { text } = content;
    let start = 0;
    while (text[start] === "[") {
      LABEL.lastIndex = start;
      const label = LABEL.exec(text);
      if (label === null) break;
      const destination = readBareDestination(text, skipBlanks(text, LABEL.lastIndex));
      if (destination === undefined || (destination.written === "" && text[destination.start - 1] !== "<")) break;
      const end = definitionEnd(text, destination.end);
      if (end === undefined) break;
      this.#labels.add(labelKey(label[1]!));
      this.#addLink(destination, content.offsetOf(destination.start));
      start = end;
    }
    return start;
  }

  #addLink({ written }: Destination, offset: number): void {
    const destination = unescaped(written);
    const link = linkReference(destination, offset) ?? ownSectionReference(destination, offset);
    if (link !== undefined) this.links.push(link);
  }
}

/**
 * True if a link whose destination is only `#goal` has a text. A link around a picture or a symbol
 * leads nowhere on purpose: badges, and the signs for what people have contributed.
 */
function saysWords(text: string): boolean {
  return WORD.test(text.slice(0, MAX_LINK_TEXT).replace(IMAGES, "").replace(TAGS, ""));
}

/** Returns the text between `<a>` and `</a>`. */
function textBehind(text: string, start: number): string {
  const rest = text.slice(start, start + MAX_LINK_TEXT);
  const end = rest.search(CLOSING_LINK);
  return end === -1 ? rest : rest.slice(0, end);
}

/**
 * Returns the offset after the rest of a definition: a title, which may be on the next line, and
 * the end of the line.
 */
function definitionEnd(text: string, start: number): number | undefined {
  const blanks = skipBlanks(text, start);
  const title = blanks > start ? titleEnd(text, blanks) : undefined;
  for (const at of title === undefined ? [start] : [title, start]) {
    LINE_REST.lastIndex = at;
    if (LINE_REST.test(text)) return LINE_REST.lastIndex;
  }
  return undefined;
}

function labelKey(label: string): string {
  return label.trim().replace(SPACES, " ").toLowerCase();
}

/** Returns where the text starts after YAML or TOML at the start of a document. */
function frontMatterEnd(text: string): number {
  const fence = FRONT_MATTER.exec(text)?.[1];
  if (fence === undefined) return 0;
  const closing = new RegExp(`^${fence === "---" ? "(?:---|\\.\\.\\.)" : "\\+\\+\\+"}[ \\t]*\\r?$`, "gm");
  closing.lastIndex = fence.length + 1;
  return closing.test(text) ? closing.lastIndex : 0;
}

const FRONT_MATTER = /^(---|\+\+\+)[ \t]*\r?\n(?!\s*\n)/;
/** A text without any of these has no links, tags or comments. */
const MARKUP = /[[<]/;
const LABEL = /\[(?!\^)((?:[^[\]\\]|\\[^]){1,999})\]:/y;
const LINE_REST = /[ \t]*(?:\n|$)/y;
const SPACES = /\s+/g;
const CUSTOM_ID = /[ \t]*\{#([^\s{}]{1,200})\}$/;
const MAX_LINK_TEXT = 1_000;
const WORD = /[\p{L}\p{N}]/u;
const IMAGES = /!\[[^[\]]*\](?:\([^()]*\)|\[[^[\]]*\])/g;
const TAGS = /<[^<>]*>/g;
const CLOSING_LINK = /<\/a\s*>/i;
const CLOSING_HEADING = /<\/h[1-6]\s*>/i;
