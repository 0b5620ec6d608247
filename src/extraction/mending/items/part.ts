import { CODE, type Dialect } from "../tokens/code-text.ts";
import { closingAngle, isPunctuation, isWord, type Element } from "./element.ts";
import type { Outline } from "../outline.ts";
import { isReserved, looksLikeMacro } from "../tokens/words.ts";

/** A piece of a head. The elements that make one name are one part. */
export interface Part {
  readonly kind: Exclude<Element["kind"], "word" | "operator"> | "keyword" | "name" | "template";
  readonly start: number;
  readonly end: number;
  /**
   * The text of a keyword, or of a name without its class and template arguments. Otherwise empty.
   */
  readonly word: string;
  readonly code: number;
  /** True if the part can only be a name: `A::f`, `~A`, `operator+`. */
  readonly isCertain: boolean;
  /** For `A::f`, `A::~A` and the like: the name before the last `::`. */
  readonly scope: string;
  /** The offset of the `<` of a template's parameters. */
  readonly angle?: number;
}

/** Joins the elements of a head into names and keywords, from left to right. */
export function partsOf(elements: readonly Element[], dialect: Dialect): Part[] {
  const parts: Part[] = [];
  let index = 0;
  while (index < elements.length) {
    const element = elements[index]!;
    const next = dialect === "cpp" ? scopedPart(elements, index) : undefined;
    if (next !== undefined) {
      parts.push(next.part);
      index = next.index;
    } else {
      parts.push(singlePart(element, dialect));
      index++;
    }
  }
  return parts;
}

function singlePart({ kind, start, end, word, code }: Element, dialect: Dialect): Part {
  const plain = { start, end, word, code, isCertain: false, scope: "" };
  if (kind === "operator") return { ...plain, kind: "name", isCertain: true };
  if (kind === "word") return { ...plain, kind: isReserved(word, dialect) ? "keyword" : "name" };
  return { ...plain, kind };
}

/** Reads the parts that only C++ has: `template <…>`, `::a::b<c>::d`, `~A`. */
function scopedPart(elements: readonly Element[], index: number): { part: Part; index: number } | undefined {
  const element = elements[index]!;
  if (isWord(element, "template") && isPunctuation(elements[index + 1], CODE.less)) {
    const close = closingAngle(elements, index + 1);
    if (close === -1) return undefined;
    const span = { start: element.start, end: elements[close]!.end, angle: elements[index + 1]!.start };
    return { part: { kind: "template", ...span, word: "", code: 0, isCertain: false, scope: "" }, index: close + 1 };
  }
  const isName = element.kind === "word" && !isReserved(element.word, "cpp");
  if (!isName && !isPunctuation(element, CODE.scope) && !isPunctuation(element, CODE.tilde)) return undefined;
  return readName(elements, index);
}

function readName(elements: readonly Element[], from: number): { part: Part; index: number } | undefined {
  let index = from;
  let word = "";
  let scope = "";
  let isCertain = false;
  let end = elements[from]!.start;
  if (isPunctuation(elements[index], CODE.scope)) index++;
  for (;;) {
    if (isWord(elements[index], "template")) index++;
    if (isPunctuation(elements[index], CODE.tilde)) {
      isCertain = true;
      index++;
    }
    const element = elements[index];
    if (element === undefined || (element.kind !== "operator" && (element.kind !== "word" || isReserved(element.word, "cpp")))) break;
    if (element.kind === "operator") isCertain = true;
    word = element.word;
    end = element.end;
    index++;
    if (isPunctuation(elements[index], CODE.less)) {
      const close = closingAngle(elements, index);
      if (close !== -1) {
        end = elements[close]!.end;
        index = close + 1;
      }
    }
    if (!isPunctuation(elements[index], CODE.scope)) break;
    scope = word;
    isCertain = true;
    index++;
  }
  if (end === elements[from]!.start) return undefined;
  return { part: { kind: "name", start: elements[from]!.start, end, word, code: 0, isCertain, scope }, index };
}

/**
 * Keeps a part. Of a template's parameters, keeps only an empty list, because no grammar can read
 * everything that may be in it.
 */
export function keepPart(outline: Outline, { start, end, angle }: Part): void {
  if (angle === undefined) outline.keep(start, end);
  else {
    outline.keep(start, start + TEMPLATE.length);
    outline.keep(angle, angle + 1);
    outline.keep(end - 1, end);
  }
}

const TEMPLATE = "template";

/** Returns true if a name has the form of an annotation. */
export function isAnnotation({ kind, word, isCertain }: Part): boolean {
  return kind === "name" && !isCertain && (looksLikeMacro(word) || word.startsWith("__"));
}
