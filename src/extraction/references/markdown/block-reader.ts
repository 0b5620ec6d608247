import { Containers, LineCursor } from "./containers.ts";
import { htmlBlockEnd } from "./html-block.ts";
import { MarkdownText } from "./markdown-text.ts";

/** A block with text that is read further. A paragraph may start with definitions of links. */
export type Block =
  | { readonly kind: "paragraph" | "html"; readonly content: MarkdownText }
  | { readonly kind: "heading"; readonly content: MarkdownText; readonly level: number; readonly isUnderlined: boolean };

/** The block that is open at the start of a line. Code has no content here. */
type Leaf =
  | { readonly kind: "paragraph"; readonly content: MarkdownText }
  | { readonly kind: "html"; readonly content: MarkdownText; readonly end: RegExp | "blank" }
  | { readonly kind: "fence"; readonly closing: RegExp }
  | undefined;

/**
 * Reads a Markdown document as blocks, line by line, as CommonMark defines them. Leaves out blocks
 * of code.
 */
export class BlockReader {
  readonly #text: string;
  readonly #take: (block: Block) => void;
  readonly #containers = new Containers();
  #leaf: Leaf;

  constructor(text: string, take: (block: Block) => void) {
    this.#text = text;
    this.#take = take;
  }

  read(from: number): void {
    for (let start = from; start < this.#text.length;) {
      const next = this.#text.indexOf("\n", start);
      const end = next === -1 ? this.#text.length : next;
      this.#readLine(new LineCursor(this.#text, start, this.#text[end - 1] === "\r" && end > start ? end - 1 : end));
      start = end + 1;
    }
    this.#close();
  }

  #readLine(line: LineCursor): void {
    const continued = this.#containers.continued(line);
    const isWhole = continued === this.#containers.depth;
    if (!isWhole && this.#leaf?.kind !== "paragraph") this.#leave(continued);
    if (this.#leaf !== undefined && this.#leaf.kind !== "paragraph") return this.#goOn(line, this.#leaf);

    let isLazy = !isWhole;
    for (;;) {
      const isInParagraph = this.#leaf !== undefined;
      if (line.isBlank) {
        if (isLazy) this.#leave(continued);
        return this.#close();
      }
      if (this.#startsLeaf(line, isLazy ? continued : undefined)) return;
      // A container that opens ends the paragraph before it.
      if (!this.#opens(line, isInParagraph && !isLazy, isLazy ? continued : undefined)) break;
      isLazy = false;
    }
    this.#addText(line);
  }

  #opens(line: LineCursor, isInParagraph: boolean, lazyDepth: number | undefined): boolean {
    if (lazyDepth === undefined) {
      if (!this.#containers.open(line, isInParagraph)) return false;
      this.#close();
      return true;
    }
    const { columns, next } = line.indentation();
    if (columns > 3 || !CONTAINER.test(line.text.slice(next, Math.min(next + 11, line.end)))) return false;
    this.#leave(lazyDepth);
    return this.#containers.open(line, false);
  }

  /**
   * Opens a heading, fence, HTML block, thematic break or indented code that starts on this line.
   * True if there was one.
   */
  #startsLeaf(line: LineCursor, lazyDepth: number | undefined): boolean {
    const { columns, next } = line.indentation();
    const isInParagraph = this.#leaf !== undefined;
    if (columns > 3) return !isInParagraph;
    const first = line.text[next]!;
    if (!LEAF_START.test(first)) return false;
    const rest = line.text.slice(next, line.end);
    if (isInParagraph && lazyDepth === undefined && UNDERLINE.test(rest)) {
      this.#emitHeading(first === "=" ? 1 : 2);
      return true;
    }
    if (isBreak(rest)) return this.#restart(lazyDepth);
    const level = ATX.exec(rest)?.[0].trim().length;
    if (level !== undefined) {
      this.#restart(lazyDepth);
      this.#takeHeading(next + level, line, level);
      return true;
    }
    const fence = FENCE.exec(rest)?.[1];
    if (fence !== undefined) {
      this.#restart(lazyDepth);
      this.#leaf = { kind: "fence", closing: new RegExp(`^${fence[0]!}{${Math.min(fence.length, 1_000)},}[ \\t]*$`) };
      return true;
    }
    const end = first === "<" ? htmlBlockEnd(rest, isInParagraph) : undefined;
    if (end === undefined) return false;
    this.#restart(lazyDepth);
    const leaf = { kind: "html" as const, content: new MarkdownText(this.#text), end };
    this.#leaf = leaf;
    this.#goOn(line, leaf);
    return true;
  }

  #goOn(line: LineCursor, leaf: Exclude<Leaf, undefined | { kind: "paragraph" }>): void {
    const { columns, next } = line.indentation();
    const rest = line.text.slice(next, line.end);
    if (leaf.kind === "fence") {
      if (columns < 4 && leaf.closing.test(rest)) this.#leaf = undefined;
      return;
    }
    if (leaf.end === "blank" && rest === "") return this.#close();
    leaf.content.add(next, line.end);
    if (leaf.end !== "blank" && leaf.end.test(rest)) this.#close();
  }

  #addText(line: LineCursor): void {
    if (this.#leaf?.kind !== "paragraph") this.#leaf = { kind: "paragraph", content: new MarkdownText(this.#text) };
    this.#leaf.content.add(line.indentation().next, line.end);
  }

  #takeHeading(start: number, line: LineCursor, level: number): void {
    let end = line.end;
    const trim = (): void => {
      while (end > start && (line.text[end - 1] === " " || line.text[end - 1] === "\t")) end--;
    };
    trim();
    let closing = end;
    while (closing > start && line.text[closing - 1] === "#") closing--;
    if (closing === start || line.text[closing - 1] === " " || line.text[closing - 1] === "\t") end = closing;
    trim();
    let from = start;
    while (from < end && (line.text[from] === " " || line.text[from] === "\t")) from++;
    const content = new MarkdownText(this.#text);
    content.add(from, end);
    this.#take({ kind: "heading", content, level, isUnderlined: false });
  }

  #emitHeading(level: number): void {
    const leaf = this.#leaf;
    this.#leaf = undefined;
    if (leaf?.kind === "paragraph") this.#take({ kind: "heading", content: leaf.content, level, isUnderlined: true });
  }

  /** Ends the paragraph before, and the containers that do not contain the lazy line. */
  #restart(lazyDepth: number | undefined): true {
    if (lazyDepth === undefined) this.#close();
    else this.#leave(lazyDepth);
    return true;
  }

  #leave(depth: number): void {
    this.#close();
    this.#containers.closeBelow(depth);
  }

  #close(): void {
    const leaf = this.#leaf;
    this.#leaf = undefined;
    if (leaf?.kind === "paragraph" || (leaf?.kind === "html" && !leaf.content.isEmpty)) this.#take(leaf);
  }
}

function isBreak(rest: string): boolean {
  return BREAK.test(rest) && rest.replace(BLANKS, "").length >= 3;
}

const LEAF_START = /[#`~<=*_-]/;
const CONTAINER = /^(?:>|[-*+](?:[ \t]|$)|\d{1,9}[.)](?:[ \t]|$))/;
const UNDERLINE = /^(?:=+|-+)[ \t]*$/;
const BREAK = /^(?:[*][* \t]*|_[_ \t]*|-[- \t]*)$/;
const BLANKS = /[ \t]/g;
const ATX = /^#{1,6}(?=[ \t]|$)/;
const FENCE = /^(`{3,}(?=[^`]*$)|~{3,})/;
