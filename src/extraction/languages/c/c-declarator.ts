import type { Node } from "web-tree-sitter";

import type { DeclaredName } from "../language.ts";

/**
 * The name within the declarator of a C or C++ function, which may be wrapped in pointers, references and parentheses, and
 * the node that holds its parameters. For `A::b` the class is `A`: whether that is a namespace cannot be told from one file.
 */
export function declaredFunction(definition: Node): DeclaredName | undefined {
  let parametersOf: Node | undefined;
  let node = definition.childForFieldName("declarator");
  let className: string | undefined;
  for (let depth = 0; node !== null && depth < MAX_DEPTH; depth++) {
    switch (node.type) {
      case "function_declarator":
        // The innermost one is the function's own: those around it are of what it returns.
        parametersOf = node;
        break;
      case "qualified_identifier": {
        const scope = node.childForFieldName("scope");
        if (scope !== null) className = scope.text.split("<", 1)[0]!;
        node = node.childForFieldName("name");
        continue;
      }
      case "operator_cast":
        parametersOf ??= node.childForFieldName("declarator") ?? node;
        return named(`operator ${node.childForFieldName("type")?.text ?? ""}`, className, parametersOf);
      case "template_function":
      case "template_method":
        node = node.childForFieldName("name");
        continue;
      case "identifier":
      case "field_identifier":
      case "operator_name":
      case "destructor_name":
      case "type_identifier":
        return parametersOf === undefined ? undefined : named(node.text, className, parametersOf);
    }
    node = node.childForFieldName("declarator") ?? node.firstNamedChild;
  }
  return undefined;
}

function named(name: string, className: string | undefined, parametersOf: Node): DeclaredName {
  return className === undefined || className === "" ? { name, parametersOf } : { name, className, parametersOf };
}

/** Real declarators have a handful of layers. */
const MAX_DEPTH = 50;
