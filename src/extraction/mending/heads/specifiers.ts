import type { Part } from "../items/part.ts";
import { isPointer } from "./function-head.ts";
import { BUILTIN_TYPES, SPECIFIERS, TYPE_KEYWORDS } from "../tokens/words.ts";

/** The parts before the name of a function that are kept, and whether a type is among them. */
export interface KeptSpecifiers {
  readonly kept: readonly Part[];
  readonly hasType: boolean;
}

/**
 * Keeps the parts that a grammar accepts before a name: storage classes, one type, pointers. Any
 * other word is an annotation (`__init`, `EXPORT`), with or without parentheses. There is room for
 * only one type. If several words could be the type, the last one most likely is.
 */
export function keptSpecifiers(parts: readonly Part[], mayHaveType: boolean): KeptSpecifiers {
  const types = mayHaveType ? typeParts(parts) : new Set<Part>();
  const kept = parts.filter((part, index) => types.has(part) || isKnown(parts, index));
  return { kept, hasType: types.size > 0 };
}

function typeParts(parts: readonly Part[]): ReadonlySet<Part> {
  const builtin = parts.filter(({ kind, word }) => kind === "keyword" && (BUILTIN_TYPES.has(word) || word === "auto"));
  const tag = parts.findLastIndex(
    ({ kind, word }, index) => kind === "keyword" && TYPE_KEYWORDS.has(word) && parts[index + 1]?.kind === "name",
  );
  if (tag !== -1) return new Set(parts.slice(tag, tag + 2));
  if (builtin.length > 0) return new Set(builtin);
  const firstPointer = parts.findIndex(isPointer);
  const names = parts.filter(({ kind }, index) => kind === "name" && parts[index + 1]?.kind !== "parentheses");
  const before = names.filter((name) => firstPointer === -1 || name.end <= parts[firstPointer]!.start);
  const type = before.at(-1) ?? names.at(-1);
  if (type !== undefined) return new Set([type]);
  const computed = parts.findIndex(({ word }, index) => COMPUTED.has(word) && parts[index + 1]?.kind === "parentheses");
  return new Set(computed === -1 ? [] : parts.slice(computed, computed + 2));
}

/** Returns true for the parts that the grammars know anywhere before a name. */
function isKnown(parts: readonly Part[], index: number): boolean {
  const part = parts[index]!;
  if (part.kind === "template" || isPointer(part)) return true;
  if (part.kind === "keyword")
    return SPECIFIERS.has(part.word) || (TAKES_ARGUMENT.has(part.word) && !parts.slice(0, index).some(isPointer));
  const before = parts[index - 1];
  return part.kind === "parentheses" && before?.kind === "keyword" && isKnown(parts, index - 1) && TAKES_ARGUMENT.has(before.word);
}

const TAKES_ARGUMENT: ReadonlySet<string> = new Set(["__attribute__", "__attribute", "__declspec", "alignas", "explicit"]);
const COMPUTED: ReadonlySet<string> = new Set(["decltype", "typeof", "__typeof__"]);
