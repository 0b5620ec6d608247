import type { Node } from "web-tree-sitter";

import type { FunctionKind, SymbolKind } from "../../../record/file-metadata.ts";
import { SLASH_COMMENTS, STAR_DOC, type CapturedSymbol, type DeclaredName, type DefinedHead, type Language } from "../language.ts";

/** What a function that is given to something may be. */
const FUNCTIONS: readonly string[] = ["arrow_function", "function_expression", "generator_function"];

/** Declarations of variables under a name; what `let` declares is told apart by its text. */
export const DECLARATIONS: string = `
  (lexical_declaration (variable_declarator name: (identifier) @name) @constant)
  (variable_declaration (variable_declarator name: (identifier) @name) @variable)
`;
/** The names that are given when a value is taken apart, which is most often imported if it is not exported. */
const TAKEN_APART = `(lexical_declaration (variable_declarator name: [
  (object_pattern [(shorthand_property_identifier_pattern) @name @constant (pair_pattern value: (identifier) @name @constant)])
  (array_pattern (identifier) @name @constant)
]))`;

/**
 * The patterns that JavaScript, TypeScript and TSX share.
 *
 * Functions: declarations; methods, accessors and constructors; function and arrow expressions that are given to a
 * variable, field or property, under its name (`const x = function y() {}` is `x`), also in parentheses and with types; other
 * function expressions if they have a name of their own. `module.exports = function f() {}` is `f`; a default export
 * without name, also of CommonJS or in parentheses, is `default`. Methods of object literals belong to no class.
 *
 * Symbols: variables of the file, exported values of CommonJS, fields that are not private, and tests that are named by a text.
 *
 * `wrappers` are the types of nodes in which a value may be wrapped.
 */
export function ecmascriptPatterns(wrappers: readonly string[]): string {
  const given = givenFunction(wrappers);
  return `
  (function_declaration name: (_) @name) @function
  (generator_function_declaration name: (_) @name) @function
  (function_expression name: (_) @name) @function
  (variable_declarator name: (identifier) @name value: ${given}) @function
  (assignment_expression
    left: [(identifier) @name (member_expression property: (_) @name)]
    right: ${given}
    (#not-eq? @name "exports")) @function
  (pair key: (_) @name value: ${given}) @function
  (assignment_expression
    left: (member_expression object: (identifier) @_module property: (_) @_exports)
    right: [(arrow_function) (function_expression !name) (generator_function !name)] @value
    (#eq? @_module "module") (#eq? @_exports "exports")) @function
  (assignment_expression
    left: (member_expression object: (identifier) @_module property: (_) @_exports)
    right: (class !name)
    (#eq? @_module "module") (#eq? @_exports "exports")) @class
  (export_statement value: ${given}) @function
  (export_statement value: (class !name)) @class
  (object (method_definition name: (_) @name) @function)
  (class_body (method_definition name: (_) @name) @callable)
  (class_declaration name: (_) @name) @class
  (class name: (_) @name) @class
  (variable_declarator name: (identifier) @name value: (class !name)) @class
  (export_statement (decorator) @prefix)
  (export_statement declaration: [${DECLARATIONS} ${TAKEN_APART}])
  (call_expression
    arguments: (arguments . [(string) (template_string)] @name [(arrow_function) (function_expression) (identifier)])) @test
  (comment) @comment
`;
}

/** The patterns of what stands right in a file. */
const TOP_LEVEL: string = `
  (program [${DECLARATIONS}])
  (program (expression_statement (assignment_expression
    left: (member_expression object: (_) @_exports property: (property_identifier) @name)
    right: [(number) (string) (template_string) (true) (false) (null) (object) (array) (call_expression) (new_expression) (regex)]) @variable)
    (#match? @_exports "^(?:module\\.)?exports$"))
`;

/** A value that is, or may turn out to be, a function: one alternation, as each pattern costs at every node with which it begins. */
export function givenFunction(wrappers: readonly string[]): string {
  // Flat, for tree-sitter loses matches of alternations within alternations.
  return `[${FUNCTIONS.map((type) => `(${type}) @value`).join(" ")} ${wrappers.map((type) => `(${type}) @wrapped`).join(" ")}]`;
}

/** The kind of a method, by the word before its name. */
function methodKind({ text, start, nameStart, name, className }: DefinedHead): FunctionKind | undefined {
  if (className !== undefined && name === "constructor") return "constructor";
  const accessor = ACCESSOR.exec(text.slice(Math.max(start, nameStart - MAX_MODIFIERS), nameStart))?.[1];
  return accessor === "get" ? "getter" : accessor === "set" ? "setter" : undefined;
}

const ACCESSOR = /(?:^|\s)([gs]et)\s+$/;
const MAX_MODIFIERS = 100;

/** Leaves out private fields, what is imported by `require`, what is a class under a name of its own, and tests whose name is not written out. */
function symbolKind({ kind, name, className, node, text, start, nameStart, end }: CapturedSymbol): SymbolKind | undefined {
  if (kind === "test")
    return TEST_START.test(text.slice(start, start + MAX_MODIFIERS)) && !name.includes("${") && isTestCall(node) ? kind : undefined;
  const head = text.slice(Math.max(start, nameStart - MAX_MODIFIERS), nameStart);
  if (kind === "property") {
    // What is left of a class that could not be parsed has no owner.
    if (name.startsWith("#") || /\bprivate\b/.test(head) || (className === undefined && node.parent?.type !== "class_body"))
      return undefined;
    return /\bstatic\b.*\breadonly\b/s.test(head) ? "constant" : kind;
  }
  if (kind === "constant" && LET.test(text.slice(Math.max(0, start - MAX_MODIFIERS), start))) return "variable";
  return IMPORT.test(text.slice(nameStart, Math.min(end, nameStart + MAX_IMPORT))) ? undefined : kind;
}

/** Whether what is called is `it`, `it.only`, `it.skip.each`, or what one of the latter two makes, as `it.each(…)` does. */
function isTestCall(call: Node): boolean {
  let callee = call.childForFieldName("function");
  const isMade = callee?.type === "call_expression";
  if (isMade) callee = callee!.childForFieldName("function");
  let members = 0;
  for (; members < 2 && callee?.type === "member_expression"; members++) callee = callee.childForFieldName("object");
  return callee?.type === "identifier" && callee.startIndex === call.startIndex && (members > 0 || !isMade);
}

/** The rest of the callee is looked at only if it begins so: most calls with a text and a function are no tests. */
const TEST_START = /^(?:describe|it|test|suite|context|specify|bench|fit|xit|fdescribe|xdescribe)(?![\w$])/;

/** The last word before a declarator that tells what it is. */
const LET = /\blet\b(?!.*\b(?:const|let)\b)/s;
const IMPORT = /^[\w$]+\s*=\s*(?:(?:await\s+)?(?:require|import)\(|class\b)/;
const MAX_IMPORT = 200;

/** Which definitions have no name in their head. */
function declaredExport(definition: Node): DeclaredName | undefined {
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
function unwrapValue(value: Node): Node | undefined {
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

/** A line of these words alone begins the statement that a definition is in. */
const LEAD_IN = /^\s*(?:(?:export|default|declare|abstract|async|const|let|var|static)\s+)+$/;

/** What JavaScript, TypeScript and TSX have in common besides patterns. */
export const ECMASCRIPT: Omit<Language, "name" | "extensions" | "grammar" | "query"> = {
  comments: SLASH_COMMENTS,
  docComment: STAR_DOC,
  leadIn: LEAD_IN,
  topLevel: TOP_LEVEL,
  declaredName: declaredExport,
  functionKind: methodKind,
  symbolKind,
  unwrap: unwrapValue,
  leftOut: "decorator",
};
