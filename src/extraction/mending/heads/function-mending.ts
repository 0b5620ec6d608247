import { argumentsOf, loneName } from "../tokens/arguments.ts";
import type { CodeText } from "../tokens/code-text.ts";
import { definedByMacro } from "./defining-macro.ts";
import type { FunctionHead } from "./function-head.ts";
import type { Outline, TextSpan } from "../outline.ts";
import { keepParameters } from "./parameter-mending.ts";
import { keepPart, type Part } from "../items/part.ts";
import { keptSpecifiers } from "./specifiers.ts";

/** A head whose function was found in it. */
export interface HeadToMend {
  readonly parts: readonly Part[];
  readonly head: FunctionHead;
  /** Where the function ends: its name is told by that if no grammar can read it. */
  readonly end: number;
  /** The class around it: its constructors have no type, so that what looks like one is a macro. */
  readonly className?: string;
}

/**
 * Keeps a function's head as a grammar can read it, from its first specifier to its parameters. Whatever else stands there is
 * left out: macros, attributes, initializers.
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
    // `int (*f(int))(void)`, `int (*f(int))[2]` are what the grammar knows; `t *(f)(void)` may be a product to it.
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

/** C's grammar takes no head without a type: one is written over what is left out, or over the name, which is told apart. */
function keepWithType(outline: Outline, name: Part, before: readonly Part[], told: string, end: number): void {
  const room = before.findLast((part) => part.end - part.start >= TYPE.length && part.kind === "name");
  outline.keep(name.start, name.end);
  outline.name(end, told);
  if (room !== undefined) outline.write(room.start, TYPE);
  else if (name.end - name.start >= SHORTEST) outline.write(name.start + 1, " ");
}

/** `XS(name)` has no room for a type and a name of its own, but its argument is left out. */
function writeShortHead(outline: Outline, name: Part, parameters: Part, argument: TextSpan | undefined): void {
  const end = name.start + SHORT_HEAD.length;
  if (argument !== undefined && parameters.start === name.end && end <= argument.end) outline.write(name.start, SHORT_HEAD);
}

const SHORT_HEAD = "a b(";
const TYPE = "int";
/** As a type, a blank and a name. */
const SHORTEST = 3;
