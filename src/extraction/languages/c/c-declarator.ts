import type { Node } from "web-tree-sitter";

import type { FunctionKind } from "../../../record/file-metadata.ts";
import { typeBefore, typeAfterArrow } from "../head-types.ts";
import type { AroundName, DeclaredName, DefinedHead } from "../language.ts";

/**
 * Finds the name of a C or C++ function in its declarator, and the node that holds its parameters.
 * The name may be wrapped in pointers, references and parentheses. For `A::b` the class is `A`: one
 * file cannot tell whether `A` is a namespace.
 */
export function declaredFunction(definition: Node): DeclaredName | undefined {
  let parametersOf: Node | undefined;
  let node = definition.childForFieldName("declarator");
  let className: string | undefined;
  let start: number | undefined;
  for (let depth = 0; node !== null && depth < MAX_DEPTH; depth++) {
    switch (node.type) {
      case "function_declarator":
        // The innermost declarator is the function's own. The ones around it belong to the type
        // that the function returns.
        parametersOf = node;
        break;
      case "qualified_identifier": {
        const scope = node.childForFieldName("scope");
        if (scope !== null) className = scope.text.split("<", 1)[0]!;
        start ??= node.startIndex;
        node = node.childForFieldName("name");
        continue;
      }
      case "operator_cast":
        parametersOf ??= node.childForFieldName("declarator") ?? node;
        return named(`operator ${node.childForFieldName("type")?.text ?? ""}`, className, parametersOf, start ?? node.startIndex);
      case "template_function":
      case "template_method":
        node = node.childForFieldName("name");
        continue;
      case "identifier":
      case "field_identifier":
      case "operator_name":
      case "destructor_name":
      case "type_identifier":
        return parametersOf === undefined ? undefined : named(node.text, className, parametersOf, start ?? node.startIndex);
    }
    node = node.childForFieldName("declarator") ?? node.firstNamedChild;
  }
  return undefined;
}

function named(name: string, className: string | undefined, parametersOf: Node, start: number): DeclaredName {
  return className === undefined || className === "" ? { name, parametersOf, start } : { name, className, parametersOf, start };
}

/**
 * Returns the type that a function returns: the text before its name, or the text after the arrow
 * if the type before the name is `auto`.
 */
export function declaredReturn({ head, behind }: AroundName): string {
  const type = typeBefore(head, MODIFIERS);
  return type === "auto" ? typeAfterArrow(behind) || type : type;
}

/**
 * `TEST(Suite, name)` defines a test, which nobody calls by its name. A function with the name of
 * its class is a constructor.
 */
export function declaredKind({ text, start, name, className }: DefinedHead): FunctionKind | undefined {
  if (name === className) return "constructor";
  return TEST.test(text.slice(start, start + MAX_MACRO)) ? "test" : undefined;
}

const TEST = /^(?:static\s+)?(?:\w*_)?(?:[A-Z]{0,3}TEST\d?(?:_\w+)?|Test|ParameterizedTest|Theory|SCENARIO)\s*\(/;
const MAX_MACRO = 100;
const MODIFIERS =
  /\b(?:static|extern|inline|register|_Noreturn|noreturn|__inline(?:__)?|__forceinline|__extension__|constexpr|consteval|constinit|virtual|explicit|friend|export|asm)\b/g;

/** Real declarators have a few layers. */
const MAX_DEPTH = 50;
