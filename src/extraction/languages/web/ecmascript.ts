import type { Node } from "web-tree-sitter";

import type { DeclaredName } from "../language.ts";

/** What a function that is given to something may be. */
const FUNCTION = "[(arrow_function) (function_expression) (generator_function)]";

/**
 * The patterns that JavaScript, TypeScript and TSX share.
 *
 * Functions: declarations; methods, accessors and constructors; function and arrow expressions that are given to a
 * variable, field or property, under its name (`const x = function y() {}` is `x`), also in parentheses and with types; other
 * function expressions if they have a name of their own. `module.exports = function f() {}` is `f`; a default export
 * without name, also of CommonJS or in parentheses, is `default`. Methods of object literals belong to no class.
 *
 * `wrappers` are the types of nodes in which a value may be wrapped.
 */
export const ecmascriptPatterns = (wrappers: readonly string[]): string => `
  (function_declaration name: (_) @name) @function
  (generator_function_declaration name: (_) @name) @function
  (function_expression name: (_) @name) @function
  (variable_declarator name: (identifier) @name value: ${FUNCTION} @value) @function
  (assignment_expression
    left: [(identifier) @name (member_expression property: (_) @name)]
    right: ${FUNCTION} @value
    (#not-eq? @name "exports")) @function
  (pair key: (_) @name value: ${FUNCTION} @value) @function
  (variable_declarator name: (identifier) @name value: ${oneOf(wrappers)} @wrapped) @function
  (assignment_expression
    left: [(identifier) @name (member_expression property: (_) @name)]
    right: ${oneOf(wrappers)} @wrapped
    (#not-eq? @name "exports")) @function
  (assignment_expression
    left: (member_expression object: (identifier) @_module property: (_) @_exports)
    right: [(arrow_function) (function_expression !name) (generator_function !name)] @value
    (#eq? @_module "module") (#eq? @_exports "exports")) @function
  (assignment_expression
    left: (member_expression object: (identifier) @_module property: (_) @_exports)
    right: (class !name)
    (#eq? @_module "module") (#eq? @_exports "exports")) @class
  (export_statement value: [(arrow_function) (function_expression !name) (generator_function !name)] @value) @function
  (export_statement value: (class !name)) @class
  (export_statement value: ${oneOf(wrappers)} @wrapped) @function
  (pair key: (_) @name value: ${oneOf(wrappers)} @wrapped) @function
  (object (method_definition name: (_) @name) @function)
  (class_body (method_definition name: (_) @name) @callable)
  (class_declaration name: (_) @name) @class
  (class name: (_) @name) @class
  (variable_declarator name: (identifier) @name value: (class !name)) @class
  (export_statement (decorator) @prefix)
  (comment) @comment
`;

/** Which definitions have no name in their head. */
export function declaredExport(definition: Node): DeclaredName | undefined {
  switch (definition.type) {
    case "export_statement":
    case "assignment_expression":
    case "function_signature":
    case "function_declaration":
    case "generator_function_declaration":
      return { name: "default" };
    case "method_signature":
      return isOfTypeAlias(definition) ? { name: definition.childForFieldName("name")?.text ?? "" } : undefined;
  }
  return undefined;
}

/** Whether a signature stands in what a type alias stands for, and not in a type within that. */
function isOfTypeAlias(signature: Node): boolean {
  let node = signature.parent?.parent ?? null;
  for (let depth = 0; node !== null && depth < MAX_WRAPPING; depth++, node = node.parent) {
    if (node.type === "type_alias_declaration") return true;
    if (!TYPE_WRAPPERS.has(node.type)) return false;
  }
  return false;
}

/** The function or class in parentheses, assertions and the like. */
export function unwrapValue(value: Node): Node | undefined {
  let node: Node | null = value;
  for (let depth = 0; node !== null && depth < MAX_WRAPPING; depth++) {
    if (VALUES.has(node.type)) return node;
    if (!VALUE_WRAPPERS.has(node.type)) return undefined;
    // In `<T>value` the type comes first, elsewhere the value.
    node = node.type === "type_assertion" ? node.lastNamedChild : node.firstNamedChild;
  }
  return undefined;
}

const MAX_WRAPPING = 20;
const VALUES: ReadonlySet<string> = new Set(["arrow_function", "function_expression", "generator_function"]);
const VALUE_WRAPPERS: ReadonlySet<string> = new Set([
  "parenthesized_expression",
  "as_expression",
  "satisfies_expression",
  "non_null_expression",
  "type_assertion",
]);
const TYPE_WRAPPERS: ReadonlySet<string> = new Set([
  "intersection_type",
  "union_type",
  "parenthesized_type",
  "readonly_type",
  "generic_type",
  "type_arguments",
]);

/** Any node of these types, in a query. */
export function oneOf(types: readonly string[]): string {
  return `[${types.map((type) => `(${type})`).join(" ")}]`;
}

/** Further file names that programs in these languages have. */
export const ECMASCRIPT_INTERPRETERS: readonly string[] = ["node", "nodejs"];

/** A line of these words alone begins the statement that a definition is in. */
export const ECMASCRIPT_LEAD_IN: RegExp = /^\s*(?:(?:export|default|declare|abstract|async|const|let|var|static)\s+)+$/;
