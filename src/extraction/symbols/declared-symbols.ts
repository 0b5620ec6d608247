import { lowerBound } from "../../base/lower-bound.ts";
import type { FunctionMetadata, SymbolMetadata } from "../../record/file-metadata.ts";
import type { Language } from "../languages/language.ts";
import type { Declared } from "../mending/declarations/declared.ts";
import { CommentIndex } from "./comment-index.ts";
import { MAX_READ, signatureOf } from "./signatures.ts";

/**
 * Returns the symbols that the reader of C and C++ found, in the order in which they start. Leaves
 * out the prototype of a function that this file defines.
 */
export function declaredSymbols(
  declared: readonly Declared[],
  functions: readonly FunctionMetadata[],
  text: string,
  language: Language,
  headerLine: number | undefined,
  limit: number,
): SymbolMetadata[] {
  const defined = new Set(functions.map(({ name }) => name));
  const sorted = declared.filter(({ kind, name }) => kind !== "prototype" || !defined.has(name)).toSorted((a, b) => a.start - b.start);
  const rows = new Rows(text);
  const comments = new CommentIndex(text, language);
  return sorted.slice(0, limit).map((one) => {
    const { kind, name, className, start, end } = one;
    for (let index = 0; index < one.comments.length; index += 2) {
      comments.addComment(one.comments[index]!, one.comments[index + 1]!, rows.rowOf(one.comments[index]!));
    }
    const row = rows.rowOf(start);
    const above = one.comments.length === 0 ? undefined : comments.docAbove(row, start);
    const signature = kind === "macro" ? macroSignature(name, text.slice(start, end)) : declarationOf(one, comments);
    return {
      name,
      kind,
      ...(className === undefined || className === "" ? {} : { className }),
      ...(signature === undefined ? {} : { signature }),
      lineRange: { start: row + 1, end: rows.rowOf(Math.max(start, end - 1)) + 1 },
      intent: above === undefined || above.firstRow + 1 === headerLine ? "" : above.sections.intent,
    };
  });
}

function declarationOf({ name, start, end }: Declared, comments: CommentIndex): string | undefined {
  return signatureOf(name, "", comments.textWithoutComments(start, Math.min(end, start + MAX_READ)), false);
}

/**
 * `#define MAX(a, b) …`: includes the value of a macro if the value is short and on the same line.
 */
function macroSignature(name: string, directive: string): string {
  const written = directive.slice(0, MAX_READ);
  const head = MACRO_HEAD.exec(written)?.[0] ?? name;
  const value = written
    .slice(head.length)
    .replace(COMMENTS, " ")
    .replace(/\\?\s+/g, " ")
    .trim();
  const folded = head.replace(/\s+/g, " ").replace(/^# ?/, "#");
  if (value === "") return folded;
  return folded.length + value.length < MAX_MACRO && directive.length <= MAX_READ ? `${folded} ${value}` : `${folded} …`;
}

const MACRO_HEAD = /^#[ \t]*define[ \t]+\w+(?:\([^()]{0,300}\))?/;
const COMMENTS = /\/\*(?:[^*]|\*(?!\/)){0,500}(?:\*\/|$)|\/\/.*/g;
/** Characters. */
const MAX_MACRO = 80;

/**
 * Finds the row of an offset by the line ends before it. Declarations are nested, so the offsets
 * come in no order.
 */
class Rows {
  readonly #ends: number[] = [];

  constructor(text: string) {
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) this.#ends.push(end);
  }

  rowOf(offset: number): number {
    return lowerBound(this.#ends.length, (at) => this.#ends[at]! < offset);
  }
}
