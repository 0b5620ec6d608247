import { CODE, type Dialect } from "../tokens/code-text.ts";
import { closingAngle, isPunctuation, isWord, type Element } from "./element.ts";
import type { Outline } from "../outline.ts";
import { isReserved, looksLikeMacro } from "../tokens/words.ts";

/** What a head consists of: elements, of which those that make one name are taken together. */
export interface Part {
  readonly kind: Exclude<Element["kind"], "word" | "operator"> | "keyword" | "name" | "template";
  readonly start: number;
  readonly end: number;
  /** A keyword's, or a name's without class and template arguments; else empty. */
  readonly word: string;
  readonly code: number;
  /** Whether a name can be nothing else: `A::f`, `~A`, `operator+`. */
  readonly isCertain: boolean;
  /** `A::f`, `A::~A` and the like: what stands before the last `::`. */
  readonly scope: string;
  /** Where the `<` of a template's parameters is. */
  readonly angle?: number;
}

/** Takes names and keywords of a head together, from left to right. */
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

/** What C++ adds: `template <…>`, `::a::b<c>::d`, `~A`. */
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

/** Keeps a part; of a template's parameters only that there are some, for no grammar reads all that may stand there. */
export function keepPart(outline: Outline, { start, end, angle }: Part): void {
  if (angle === undefined) outline.keep(start, end);
  else {
    outline.keep(start, start + TEMPLATE.length);
    outline.keep(angle, angle + 1);
    outline.keep(end - 1, end);
  }
}

const TEMPLATE = "template";

/** Whether a name is written as annotations are. */
export function isAnnotation({ kind, word, isCertain }: Part): boolean {
  return kind === "name" && !isCertain && (looksLikeMacro(word) || word.startsWith("__"));
}
