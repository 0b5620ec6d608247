import type { Declared } from "./declarations/declared.ts";
import { CODE, type CodeText } from "./tokens/code-text.ts";
import { LineWalk } from "../line-walk.ts";
import type { TextRange } from "../text-range.ts";

/** A source that its grammar can parse (see `mendSource`). */
export interface MendedSource {
  /** True if nothing is left of the source. A parse would find nothing. */
  readonly isEmpty: boolean;
  /** As long as the original, with the same line ends at the same offsets. */
  readonly text: string;
  /** The parts of the text that are to be parsed, in order. All the rest is blank. */
  readonly parts: readonly TextRange[];
  /** The comments that belong to definitions, in order. They are blank in the text. */
  readonly comments: readonly RowSpan[];
  /** The names of definitions that macros make. The key is the offset where the definition ends. */
  readonly names: ReadonlyMap<number, string>;
  /**
   * The braces of each definition that was seen. If the parse does not find one of them, that
   * definition is lost.
   */
  readonly definitions: readonly TextRange[];
  /** Rows, counted from 0, that were left out between a definition and its documentation. */
  readonly prefixes: readonly RowSpan[];
  /** The offset of the first thing that was not understood and may define something. */
  readonly doubt: number | undefined;
  /** The other things that the source declares, in no order. */
  readonly declared: readonly Declared[];
}

interface RowSpan extends TextRange {
  readonly startRow: number;
  readonly endRow: number;
}

/** How far an outline was filled. */
export type OutlineMark = readonly number[];

/**
 * Collects the spans of a source that are kept, while the source is read. Everything else becomes
 * blank.
 */
export class Outline {
  readonly #source: CodeText;
  readonly #kept: number[] = [];
  readonly #written: { readonly at: number; readonly text: string }[] = [];
  readonly #names: { readonly end: number; readonly name: string }[] = [];
  readonly #definitions: TextRange[] = [];
  readonly #prefixes: TextRange[] = [];
  readonly #comments: TextRange[] = [];
  readonly #doubts: number[] = [];
  readonly #declared: Declared[] = [];

  constructor(source: CodeText) {
    this.#source = source;
  }

  keep(start: number, end: number): void {
    this.#kept.push(start, end);
  }

  /** Writes `text` over the text at `at`. It must not reach over the end of a line. */
  write(at: number, text: string): void {
    this.#written.push({ at, text });
  }

  /** Leaves out the parentheses around a span that is kept. */
  unwrap({ start, end }: TextRange): void {
    this.write(start, " ");
    this.write(end - 1, " ");
  }

  /**
   * Records that a definition has these braces. If the parse does not find it, the definition is
   * lost.
   */
  define(start: number, end: number): void {
    this.#definitions.push({ start, end });
  }

  /** Gives a name to the definition that ends at `end`. */
  name(end: number, name: string): void {
    this.#names.push({ end, name });
  }

  /**
   * Notes the spans on earlier lines that are left out before `first`. `first` is the offset of the
   * first kept part of a definition.
   */
  addPrefixes(leftOut: readonly TextRange[], first: number): void {
    for (const { start, end } of leftOut) {
      if (end <= first && this.#source.text.slice(end, first).includes("\n")) this.#prefixes.push({ start, end });
    }
  }

  /** Records a comment that belongs to a definition. The parse does not need it. */
  addComment(start: number, end: number): void {
    this.#comments.push({ start, end });
  }

  /** Only the first doubt counts. */
  addDoubt(at: number): void {
    if (this.#doubts.length === 0) this.#doubts.push(at);
  }

  declare(declared: readonly Declared[]): void {
    for (const one of declared) this.#declared.push(one);
  }

  /** Returns a mark for `rollback`. */
  mark(): OutlineMark {
    return this.#lists().map((list) => list.length);
  }

  rollback(mark: OutlineMark): void {
    for (const [index, list] of this.#lists().entries()) list.length = mark[index]!;
  }

  finish(macros: Iterable<Declared>): MendedSource {
    const { codes } = this.#source;
    const blank = new Uint16Array(codes.length).fill(CODE.space);
    const { text } = this.#source;
    for (const lineEnd of ["\n", "\r"]) {
      for (let at = text.indexOf(lineEnd); at !== -1; at = text.indexOf(lineEnd, at + 1)) blank[at] = codes[at]!;
    }
    for (let index = 0; index < this.#kept.length; index += 2) {
      const start = this.#kept[index]!;
      blank.set(codes.subarray(start, this.#kept[index + 1]), start);
    }
    for (const { at, text: written } of this.#written)
      for (let index = 0; index < written.length; index++) blank[at + index] = written.charCodeAt(index);
    return {
      isEmpty: this.#kept.length === 0,
      text: Buffer.from(blank.buffer).toString("utf16le"),
      parts: this.#parts(),
      comments: rowSpans(this.#comments, text),
      names: new Map(this.#names.map(({ end, name }) => [end, name])),
      definitions: this.#definitions,
      prefixes: rowSpans(this.#prefixes, text),
      doubt: this.#doubts[0],
      declared: [...this.#declared, ...macros],
    };
  }

  /** Joins what was kept and written, unless a long gap is between. */
  #parts(): TextRange[] {
    const spans = this.#written.map(({ at, text }) => ({ start: at, end: at + text.length }));
    for (let index = 0; index < this.#kept.length; index += 2) spans.push({ start: this.#kept[index]!, end: this.#kept[index + 1]! });
    const { length } = this.#source.text;
    const gap = Math.max(SHORTEST_GAP, length / MAX_PARTS);
    const parts: { start: number; end: number }[] = [];
    for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
      const last = parts.at(-1);
      // A part includes a blank, because the parser reads the next part as if nothing were between.
      if (last === undefined || start - last.end >= gap) parts.push({ start, end: end + 1 });
      else last.end = Math.max(last.end, end + 1);
    }
    if (parts.at(-1)?.end === length + 1) parts.at(-1)!.end--;
    return parts;
  }

  #lists(): unknown[][] {
    return [this.#kept, this.#written, this.#names, this.#definitions, this.#prefixes, this.#comments, this.#doubts, this.#declared];
  }
}

/** In characters. The parser reads a shorter gap faster than it begins another part. */
const SHORTEST_GAP = 64;
/** At each token, the parser may search all parts from the first on. */
const MAX_PARTS = 1_024;

/** Returns the rows of the spans. Walks once over the line ends of the text. */
function rowSpans(spans: readonly TextRange[], text: string): RowSpan[] {
  const walk = new LineWalk(text);
  const rowOf = (offset: number): number => {
    walk.to(offset);
    return walk.line - 1;
  };
  return spans.toSorted((a, b) => a.start - b.start).map(({ start, end }) => ({ start, end, startRow: rowOf(start), endRow: rowOf(end) }));
}
