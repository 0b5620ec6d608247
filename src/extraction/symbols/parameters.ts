import type { Node } from "web-tree-sitter";

import { foldText } from "../fold-text.ts";
import type { Language } from "../languages/language.ts";
import type { CommentIndex } from "./comment-index.ts";

/**
 * Returns the parameters of a function as they are written, without comments: the text between the
 * commas of the list. This reads the commas instead of the nodes, because some grammars have no
 * single node for a parameter.
 */
export function parametersOf(callable: Node, comments: CommentIndex, language: Language): string[] {
  const list = callable.childForFieldName("parameters");
  // `x => …` has a parameter without a list.
  const single = list === null ? callable.childForFieldName("parameter") : null;
  if (single !== null) return [foldText(comments.textWithoutComments(single.startIndex, single.endIndex), MAX_PARAMETER)];
  const children = list?.children ?? language.parameterNodes?.(callable);
  if (children === undefined) return [];

  const parameters: string[] = [];
  let first: Node | undefined;
  let last: Node | undefined;
  const flush = (): void => {
    if (first !== undefined && last !== undefined) {
      const parameter = foldText(comments.textWithoutComments(first.startIndex, last.endIndex), MAX_PARAMETER);
      const parts = language.splitParameter?.(parameter) ?? [parameter];
      parameters.push(...parts.filter((part) => part !== "" && language.noParameter?.test(part) !== true));
    }
    first = last = undefined;
  };
  for (const [index, child] of children.entries()) {
    const type = child.type;
    if (type === ",") flush();
    else if (type.endsWith("comment") || isBracket(type, index, children.length)) continue;
    else {
      first ??= child;
      last = child;
    }
  }
  flush();
  if (parameters.length <= MAX_PARAMETERS) return parameters;
  return [...parameters.slice(0, MAX_PARAMETERS), "…"];
}

function isBracket(type: string, index: number, count: number): boolean {
  return (index === 0 && OPENING.has(type)) || (index === count - 1 && CLOSING.has(type));
}

const OPENING: ReadonlySet<string> = new Set(["(", "|", "["]);
const CLOSING: ReadonlySet<string> = new Set([")", "|", "]"]);

/** Characters. */
const MAX_PARAMETER = 200;
const MAX_PARAMETERS = 255;
