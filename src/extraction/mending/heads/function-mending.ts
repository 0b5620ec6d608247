import { argumentsOf, loneName } from "../tokens/arguments.ts";
import type { CodeText } from "../tokens/code-text.ts";
import { definedByMacro } from "./defining-macro.ts";
import type { FunctionHead } from "./function-head.ts";
import type { Outline } from "../outline.ts";
import { keepParameters } from "./parameter-mending.ts";
import { keepPart, type Part } from "../items/part.ts";
import { keptSpecifiers } from "./specifiers.ts";
import type { TextRange } from "../../text-range.ts";

/** A head in which a function was found. */
export interface HeadToMend {
  readonly parts: readonly Part[];
  readonly head: FunctionHead;
  /**
   * The offset where the function ends. If no grammar can read the function's name, the outline
   * gives the name for this offset.
   */
  readonly end: number;
  /**
   * The class around the function. Its constructors have no type. A word that looks like their type
   * is a macro.
   */
  readonly className?: string;
}

/**
 * Keeps the head of a function in a form that a grammar can read, from its first specifier to its
 * parameters. Leaves out everything else in it: macros, attributes, initializers.
 */
export function mendFunctionHead(source: CodeText, outline: Outline, { parts, head, end, className }: HeadToMend): void {
  const macro = definedByMacro(head, parts, source);
  const name = parts[head.name]!;
  const isDeclarator = macro === undefined && head.around !== undefined;

  const before = parts.slice(0, isDeclarator ? head.around : head.name);
  const isConstructor = className !== undefined && className !== "" && name.word === className && name.scope === "";
  const { kept, hasType } = keptSpecifiers(before, !isConstructor);
  for (const part of kept) keepPart(outline, part);
  outline.addPrefixes(before, (kept[0] ?? name).start);

  if (isDeclarator) {
    // The grammar knows `int (*f(int))(void)` and `int (*f(int))[2]`. It may read `t *(f)(void)` as
    // a product, so the parentheses around that name are left out.
    for (const part of parts.slice(head.around, head.parameters)) outline.keep(part.start, part.end);
    if (loneName(argumentsOf(source, parts[head.around]!)?.[0]) !== undefined) outline.unwrap(parts[head.around]!);
  } else if (source.dialect === "c" && !hasType) {
    keepWithType(outline, name, before, macro?.name ?? name.word, end);
    if (name.end - name.start < SHORTEST) writeShortHead(outline, name, parts[head.parameters]!, macro?.argument);
  } else {
    outline.keep(name.start, name.end);
    if (macro !== undefined) outline.name(end, macro.name);
  }
  const without = macro !== undefined && head.around === undefined && macro.parameters === undefined ? macro.argument : undefined;
  keepParameters(source, outline, macro?.parameters ?? parts[head.parameters]!, without);
}

/**
 * The grammar of C needs a type in each head. Writes `int` over a word that is left out. If there
 * is no such word, splits the name with a blank, so that its first letter is the type. The outline
 * gives the real name.
 */
function keepWithType(outline: Outline, name: Part, before: readonly Part[], functionName: string, end: number): void {
  const room = before.findLast((part) => part.end - part.start >= TYPE.length && part.kind === "name");
  outline.keep(name.start, name.end);
  outline.name(end, functionName);
  if (room !== undefined) outline.write(room.start, TYPE);
  else if (name.end - name.start >= SHORTEST) outline.write(name.start + 1, " ");
}

/**
 * `XS(name)` has no room for a type and a name, but its argument is left out, so there is room in
 * the argument.
 */
function writeShortHead(outline: Outline, name: Part, parameters: Part, argument: TextRange | undefined): void {
  const end = name.start + SHORT_HEAD.length;
  if (argument !== undefined && parameters.start === name.end && end <= argument.end) outline.write(name.start, SHORT_HEAD);
}

const SHORT_HEAD = "a b(";
const TYPE = "int";
/** The length of a type, a blank and a name. */
const SHORTEST = 3;
