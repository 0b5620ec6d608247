import { argumentsOf, likenessOf, loneName } from "../tokens/arguments.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import { functionHead, isTyped, type FunctionHead } from "./function-head.ts";
import { mendFunctionHead } from "./function-mending.ts";
import type { Outline } from "../outline.ts";
import { keepParameters } from "./parameter-mending.ts";
import { isAnnotation, type Part } from "../items/part.ts";
import { TOKEN } from "../tokens/lexer.ts";
import { looksLikeMacro, TYPE_KEYWORDS } from "../tokens/words.ts";
import type { TextRange } from "../../text-range.ts";

/** A declaration in a class, up to its semicolon. */
export interface Member {
  readonly parts: readonly Part[];
  /** The span of `= default` or `= delete`. */
  readonly defaulted: TextRange | undefined;
  /** The offset after its semicolon. */
  readonly end: number;
}

/**
 * Keeps a member function that a class declares, without its annotations. Leaves out fields, calls
 * of macros (`Q_DISABLE_COPY(Name);`) and friends. Returns true if the member was a function.
 */
export function keepMember(source: CodeText, outline: Outline, member: Member, className: string): boolean {
  const { parts, defaulted, end } = member;
  if (parts.some(({ kind, word }) => kind === "keyword" && NO_MEMBERS.has(word))) return false;
  const head = functionHead(parts, source);
  if (head === undefined) return false;
  const name = parts[head.name]!;
  if (!head.isTyped && !name.isCertain && head.around === undefined && name.word !== className) {
    return keepMadeMember(source, outline, member, name, parts[head.parameters]!);
  }
  if (isAnnotatedField(parts, head, source) || isFunctionPointer(parts, head, source)) return false;
  mendFunctionHead(source, outline, { parts, head, end, className });
  if (defaulted !== undefined) outline.keep(defaulted.start, defaulted.end);
  outline.keep(end - 1, end);
  return true;
}

const NO_MEMBERS: ReadonlySet<string> = new Set(["friend", "using", "typedef", "static_assert", "_Static_assert", "asm"]);

/**
 * Returns true for `int size_ GUARDED_BY(mutex_);`: there is a type and a name before the word that
 * looks like the name of a function.
 */
export function isAnnotatedField(parts: readonly Part[], { name, parameters }: FunctionHead, source: CodeText): boolean {
  if (!isAnnotation(parts[name]!) || likenessOf(source, parts[parameters]!) === "parameters") return false;
  const field = parts.slice(0, name).findLastIndex(({ kind }) => kind !== "square");
  return parts[field]?.kind === "name" && !TYPE_KEYWORDS.has(parts[field - 1]?.word ?? "") && isTyped(parts, field);
}

/**
 * Returns true for the field `int (*on_open)(int);`, but not for `int (*on_open(int))(int);`, which
 * is a function that returns such a pointer.
 */
function isFunctionPointer(parts: readonly Part[], { around }: FunctionHead, source: CodeText): boolean {
  if (around === undefined) return false;
  const [declarator = []] = argumentsOf(source, parts[around]!) ?? [];
  return declarator[0]?.kind === TOKEN.punctuation && declarator.every(({ code }) => code !== CODE.open);
}

/**
 * Keeps the function that a macro declares: `MOCK_METHOD(int, size, (), (const));`,
 * `MOCK_METHOD1(push, void(int));`. The parameters are in their own parentheses after the name.
 */
function keepMadeMember(source: CodeText, outline: Outline, { end }: Member, macro: Part, parentheses: TextRange): boolean {
  if (!looksLikeMacro(macro.word)) return false;
  const lists = argumentsOf(source, parentheses) ?? [];
  const [first, second, third] = lists;
  const isLast = third?.[0]?.code === CODE.open;
  const name = loneName(isLast ? second : first);
  const list = isLast ? third : second;
  const open = list?.findIndex(({ code }) => code === CODE.open) ?? -1;
  const last = list?.at(-1);
  if (name === undefined || list === undefined || open === -1 || (!isLast && open === 0) || last?.code !== CODE.close) return false;
  outline.keep(macro.start, macro.end);
  keepParameters(source, outline, { start: list[open]!.start, end: last.end });
  outline.keep(end - 1, end);
  outline.name(end, name);
  return true;
}
