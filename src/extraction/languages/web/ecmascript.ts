import type { Node } from "web-tree-sitter";

import type { FunctionKind, SymbolKind } from "../../../record/file-metadata.ts";
import { SLASH_COMMENTS, STAR_DOC, type CapturedSymbol, type DeclaredName, type DefinedHead, type Language } from "../language.ts";

/** The types of nodes that are functions. */
const FUNCTIONS: readonly string[] = ["arrow_function", "function_expression", "generator_function"];

/** Declarations of variables. The text of a declaration tells `let` from `const`. */
export const DECLARATIONS: string = `
  (lexical_declaration (variable_declarator name: (identifier) @name) @constant)
  (variable_declaration (variable_declarator name: (identifier) @name) @variable)
`;
/**
 * The names that a destructuring pattern declares. They count only if they are exported, because
 * the others mostly come from an import.
 */
const DESTRUCTURED = `(lexical_declaration (variable_declarator name: [
  (object_pattern [(shorthand_property_identifier_pattern) @name @constant (pair_pattern value: (identifier) @name @constant)])
  (array_pattern (identifier) @name @constant)
]))`;

/**
 * Returns the patterns that JavaScript, TypeScript and TSX share. `wrappers` are the types of nodes
 * that a value may be wrapped in.
 *
 * `functions` contains:
 * - declarations, methods, accessors and constructors,
 * - function and arrow expressions that are given to a variable, field or property, under its name
 *   (`const x = function y() {}` is `x`), also in parentheses and with types,
 * - other function expressions that have a name (`module.exports = function f() {}` is `f`),
 * - default exports without a name, also of CommonJS or in parentheses: they are `default`.
 *
 * Methods of object literals belong to no class.
 *
 * `symbols` contains variables of the file, exported values of CommonJS, fields that are not
 * private, and tests whose name is a string.
 */
export function ecmascriptPatterns(wrappers: readonly string[]): string {
  const given = givenFunction(wrappers);
  return `
  (function_declaration name: (_) @name) @function
  (generator_function_declaration name: (_) @name) @function
  (function_expression name: (_) @name) @function
  (variable_declarator name: (identifier) @name value: ${given}) @function
  (assignment_expression right: ${given}) @function
  (assignment_expression right: (class !name) @value) @class
  (pair key: (_) @name value: ${given}) @function
  (export_statement value: ${given}) @function
  (export_statement value: (class !name)) @class
  (object (method_definition name: (_) @name) @function)
  (class_body (method_definition name: (_) @name) @callable)
  (class_declaration name: (_) @name) @class
  (class name: (_) @name) @class
  (variable_declarator name: (identifier) @name value: (class !name)) @class
  (export_statement (decorator) @prefix)
  (export_statement declaration: [${DECLARATIONS} ${DESTRUCTURED}])
  (call_expression arguments: (arguments . [(string) (template_string)] @name)) @test
  (comment) @comment
`;
}

/** The patterns of things directly in a file. */
const TOP_LEVEL: string = `
  (program [${DECLARATIONS}])
  (program (expression_statement (assignment_expression
    left: (member_expression object: (_) @_exports property: (property_identifier) @name)
    right: [(number) (string) (template_string) (true) (false) (null) (object) (array) (call_expression) (new_expression) (regex)]) @variable)
    (#match? @_exports "^(?:module\\.)?exports$"))
`;

/**
 * Returns a pattern for a value that is a function, or may turn out to be one. It is one
 * alternation, because each pattern costs time at every node that it can begin with.
 */
export function givenFunction(wrappers: readonly string[]): string {
  // The alternation is flat, because tree-sitter loses matches of alternations within alternations.
  return `[${FUNCTIONS.map((type) => `(${type}) @value`).join(" ")} ${wrappers.map((type) => `(${type}) @wrapped`).join(" ")}]`;
}

/** Returns the kind of a method, by the word before its name. */
function methodKind({ text, start, nameStart, name, className }: DefinedHead): FunctionKind | undefined {
  if (className !== undefined && name === "constructor") return "constructor";
  const accessor = ACCESSOR.exec(text.slice(Math.max(start, nameStart - MAX_MODIFIERS), nameStart))?.[1];
  return accessor === "get" ? "getter" : accessor === "set" ? "setter" : undefined;
}

const ACCESSOR = /(?:^|\s)([gs]et)\s+$/;
const MAX_MODIFIERS = 100;

/**
 * Returns the kind of a symbol. Leaves out private fields, imports by `require`, classes with their
 * own name, and tests whose name is not a plain string.
 */
function symbolKind({ kind, name, className, node, text, start, nameStart, end }: CapturedSymbol): SymbolKind | undefined {
  if (kind === "test") return name.includes("${") ? undefined : kind;
  const head = text.slice(Math.max(start, nameStart - MAX_MODIFIERS), nameStart);
  if (kind === "property") {
    // This is a part of a class that could not be parsed, so it has no owner.
    if (name.startsWith("#") || /\bprivate\b/.test(head) || (className === undefined && node.parent?.type !== "class_body"))
      return undefined;
    return /\bstatic\b.*\breadonly\b/s.test(head) ? "constant" : kind;
  }
  if (kind === "constant" && LET.test(text.slice(Math.max(0, start - MAX_MODIFIERS), start))) return "variable";
  return IMPORT.test(text.slice(nameStart, Math.min(end, nameStart + MAX_IMPORT))) ? undefined : kind;
}

/**
 * Returns true if a call whose first argument is a string is a test: if the callee is `it`,
 * `it.only`, `it.skip.each`, or a call of one of the latter two, such as `it.each(…)`, and a later
 * argument is a function or a name. The text is asked first, because most calls are no tests and
 * each step in the tree is costly. If the pattern asked for the later argument, matching would take
 * a third longer.
 */
function isTest(call: Node, text: string): boolean {
  const { startIndex } = call;
  return TEST_START.test(text.slice(startIndex, startIndex + MAX_MODIFIERS)) && hasTestCallee(call) && hasTestBody(call);
}

function hasTestBody(call: Node): boolean {
  return call.childForFieldName("arguments")?.namedChildren.some(({ type }) => TEST_BODIES.has(type)) === true;
}

function hasTestCallee(call: Node): boolean {
  let callee = call.childForFieldName("function");
  const isCallOfCall = callee?.type === "call_expression";
  if (isCallOfCall) callee = callee!.childForFieldName("function");
  let members = 0;
  for (; members < 2 && callee?.type === "member_expression"; members++) callee = callee.childForFieldName("object");
  return callee?.type === "identifier" && callee.startIndex === call.startIndex && (members > 0 || !isCallOfCall);
}

const TEST_BODIES: ReadonlySet<string> = new Set(["arrow_function", "function_expression", "identifier"]);
const TEST_START = /^(?:describe|it|test|suite|context|specify|bench|fit|xit|fdescribe|xdescribe)(?![\w$])/;

/** The last word before a declarator that tells its kind. */
const LET = /\blet\b(?!.*\b(?:const|let)\b)/s;
const IMPORT = /^[\w$]+\s*=\s*(?:(?:await\s+)?(?:require|import)\(|class\b)/;
const MAX_IMPORT = 200;

/**
 * Returns the name of a definition if its pattern has none: some have no name in their head, and
 * with the name some patterns would take tree-sitter several times as long to prepare.
 */
function declaredName(definition: Node): DeclaredName | undefined {
  switch (definition.type) {
    case "assignment_expression": {
      const target = assignedTo(definition);
      const name = target?.text ?? EXPORTS;
      return name === EXPORTS ? { name: "default" } : { name, start: target!.startIndex };
    }
    case "public_field_definition": {
      const name = definition.childForFieldName("name");
      return name === null ? undefined : { name: name.text, start: name.startIndex };
    }
    case "export_statement":
    case "function_signature":
    case "function_declaration":
    case "generator_function_declaration":
      return { name: "default" };
    case "method_signature":
      return isOfTypeAlias(definition) ? { name: definition.childForFieldName("name")?.text ?? "" } : undefined;
  }
  return undefined;
}

/** Returns the name of the variable or property that an assignment changes. */
function assignedTo(assignment: Node): Node | undefined {
  const left = assignment.childForFieldName("left");
  if (left?.type === "identifier") return left;
  return left?.type === "member_expression" ? (left.childForFieldName("property") ?? undefined) : undefined;
}

/**
 * Returns true if a value gets its name from what it is given to. An exported function may have a
 * name of its own, and an assignment may name nothing. Of all classes that are assigned, only what
 * a module exports is a definition.
 */
function namesValue(definition: Node, value: Node): boolean {
  if (definition.type === "export_statement") return value.childForFieldName("name") === null;
  if (definition.type !== "assignment_expression") return true;
  const target = assignedTo(definition);
  if (target?.text !== EXPORTS) return target !== undefined && value.type !== "class";
  const isOfModule = target.parent?.childForFieldName("object")?.text === "module";
  return isOfModule && value.childForFieldName("name") === null;
}

/** `module.exports` is what a module of CommonJS exports. */
const EXPORTS = "exports";

/**
 * Returns true if a signature belongs to the type that an alias names, and not to a type within
 * that type.
 */
function isOfTypeAlias(signature: Node): boolean {
  let node = signature.parent?.parent ?? null;
  for (let depth = 0; node !== null && depth < MAX_WRAPPING; depth++, node = node.parent) {
    if (node.type === "type_alias_declaration") return true;
    if (!TYPE_WRAPPERS.has(node.type)) return false;
  }
  return false;
}

/** Returns the function or class inside parentheses, assertions and other wrappers. */
function unwrapValue(value: Node): Node | undefined {
  let node: Node | null = value;
  for (let depth = 0; node !== null && depth < MAX_WRAPPING; depth++) {
    if (VALUES.has(node.type)) return node;
    if (!VALUE_WRAPPERS.has(node.type)) return undefined;
    // In `<T>value` the type comes first. In the other wrappers the value comes first.
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

/** A line that has only these words begins the statement of a definition. */
const LEAD_IN = /^\s*(?:(?:export|default|declare|abstract|async|const|let|var|static)\s+)+$/;

/** The parts of a language, besides its patterns, that JavaScript, TypeScript and TSX share. */
export const ECMASCRIPT: Omit<Language, "name" | "extensions" | "grammar" | "query"> = {
  comments: SLASH_COMMENTS,
  docComment: STAR_DOC,
  leadIn: LEAD_IN,
  topLevel: TOP_LEVEL,
  declaredName,
  namesValue,
  functionKind: methodKind,
  symbolKind,
  isTest,
  unwrap: unwrapValue,
  leftOut: "decorator",
};
