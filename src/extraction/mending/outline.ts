import type { Declared } from "./declarations/declared.ts";
import { CODE, type CodeText } from "./tokens/code-text.ts";

export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** A source that the grammar can parse: see `mendSource`. */
export interface MendedSource {
  /** Whether nothing is left of it: no parse finds anything. */
  readonly isEmpty: boolean;
  /** As long as the original, with the same line ends at the same places. */
  readonly text: string;
  /** Names of definitions that macros make, by where the definition ends. */
  readonly names: ReadonlyMap<number, string>;
  /** From which brace to which each definition that was seen goes: what the parse does not find of them is lost. */
  readonly definitions: readonly TextSpan[];
  /** Rows, counted from 0, of what was left out between a definition and its documentation. */
  readonly prefixes: readonly RowSpan[];
  /** Where the first thing stands that was not understood and may define something. */
  readonly doubt: number | undefined;
  /** What is declared besides, in no order. */
  readonly declared: readonly Declared[];
}

interface RowSpan {
  /** Where it starts in the text. */
  readonly start: number;
  readonly startRow: number;
  readonly endRow: number;
}

/** How far an outline has come. */
export type OutlineMark = readonly number[];

/** What is kept of a source, put down while it is read. What is not kept is blank. */
export class Outline {
  readonly #source: CodeText;
  readonly #kept: number[] = [];
  readonly #written: { readonly at: number; readonly text: string }[] = [];
  readonly #names: { readonly end: number; readonly name: string }[] = [];
  readonly #definitions: TextSpan[] = [];
  readonly #prefixes: TextSpan[] = [];
  readonly #doubts: number[] = [];
  readonly #declared: Declared[] = [];

  constructor(source: CodeText) {
    this.#source = source;
  }

  keep(start: number, end: number): void {
    this.#kept.push(start, end);
  }

  /** Puts other text in the place of what is there. It must not reach over a line's end. */
  write(at: number, text: string): void {
    this.#written.push({ at, text });
  }

  /** Leaves out the parentheses around what is kept. */
  unwrap({ start, end }: TextSpan): void {
    this.write(start, " ");
    this.write(end - 1, " ");
  }

  /** Vouches for the definition that has these braces: a parse that does not find it has lost it. */
  define(start: number, end: number): void {
    this.#definitions.push({ start, end });
  }

  /** Gives a name to the definition that ends at `end`. */
  name(end: number, name: string): void {
    this.#names.push({ end, name });
  }

  /** Takes note of what is left out before `first`, the first that is kept of a definition, on lines of its own. */
  addPrefixes(leftOut: readonly TextSpan[], first: number): void {
    for (const { start, end } of leftOut) {
      if (end <= first && this.#source.text.slice(end, first).includes("\n")) this.#prefixes.push({ start, end });
    }
  }

  /** Only the first counts. */
  addDoubt(at: number): void {
    if (this.#doubts.length === 0) this.#doubts.push(at);
  }

  declare(declared: readonly Declared[]): void {
    for (const one of declared) this.#declared.push(one);
  }

  /** What `rollback` goes back to. */
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
      names: new Map(this.#names.map(({ end, name }) => [end, name])),
      definitions: this.#definitions,
      prefixes: rowSpans(this.#prefixes, text),
      doubt: this.#doubts[0],
      declared: [...this.#declared, ...macros],
    };
  }

  #lists(): unknown[][] {
    return [this.#kept, this.#written, this.#names, this.#definitions, this.#prefixes, this.#doubts, this.#declared];
  }
}

/** The rows of spans, in one walk over the text's line ends. */
function rowSpans(spans: readonly TextSpan[], text: string): RowSpan[] {
  let row = 0;
  let at = 0;
  const rowOf = (offset: number): number => {
    for (let end = text.indexOf("\n", at); end !== -1 && end < offset; end = text.indexOf("\n", at)) {
      row++;
      at = end + 1;
    }
    return row;
  };
  return spans.toSorted((a, b) => a.start - b.start).map(({ start, end }) => ({ start, startRow: rowOf(start), endRow: rowOf(end) }));
}
