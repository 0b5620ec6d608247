import type { Node } from "web-tree-sitter";

import { SLASH_COMMENTS, SLASH_DOC, type DeclaredName, type Language } from "../language.ts";
import { typeBefore } from "../head-types.ts";
import { nodesInList } from "../parameter-nodes.ts";
import { blanked, rewritten, type Rewriting } from "../rewriting.ts";

/** A library without a name (Dart 2.19). */
const REWRITINGS: readonly Rewriting[] = [{ mustContain: "library", pattern: /^library[ \t]*;/gm, rewrite: blanked }];
const MODIFIERS = /\b(?:static|external|abstract|covariant|final|const|late|get|set|operator|factory)\b/g;
const PARAMETER_LISTS: ReadonlySet<string> = new Set(["formal_parameter_list"]);

/**
 * `functions` contains functions, methods, getters, setters, operators (`operator +`) and
 * constructors (`A`, and `named` for `A.named`). Closures are left out. `symbols` contains
 * top-level variables and constants, properties, members of enums, and tests. `classes` contains
 * classes, mixins, enums, extensions and type aliases. All parameters inside brackets or braces
 * count as one parameter, because the grammar has one node for them.
 */
export const dart: Language = {
  name: "dart",
  extensions: [".dart"],
  interpreters: ["dart"],
  comments: SLASH_COMMENTS,
  docComment: SLASH_DOC,
  grammar: "@repomix/tree-sitter-wasms/out/tree-sitter-dart.wasm",
  declaredName: memberWithoutName,
  parameterNodes: (callable) => nodesInList(callable, PARAMETER_LISTS),
  rewrite: (text) => rewritten(text, REWRITINGS),
  followedBy: "function_body",
  returnType: ({ head }) => typeBefore(head, MODIFIERS),
  query: `
    ([(method_signature (function_signature name: (_) @name)) (declaration (function_signature name: (_) @name))]) @callable
    ([(method_signature (getter_signature name: (_) @name)) (declaration (getter_signature name: (_) @name))]) @getter
    ([(method_signature (setter_signature name: (_) @name)) (declaration (setter_signature name: (_) @name))]) @setter
    ([(method_signature (operator_signature)) (declaration (operator_signature))]) @callable
    (method_signature [(constructor_signature) (factory_constructor_signature)]) @constructor
    (declaration [
      (constructor_signature) (constant_constructor_signature)
      (factory_constructor_signature) (redirecting_factory_constructor_signature)
    ]) @constructor
    (program [
      (static_final_declaration_list (static_final_declaration . (identifier) @name) @constant)
      (initialized_identifier_list (initialized_identifier . (identifier) @name) @variable)
    ])
    (declaration (static_final_declaration_list (static_final_declaration . (identifier) @name) @constant))
    (declaration (initialized_identifier_list (initialized_identifier . (identifier) @name) @property))
    (enum_constant name: (_) @name) @member
    (expression_statement (identifier) @_test . (selector (argument_part (arguments . (argument (string_literal) @name))))
      (#any-of? @_test "test" "group" "testWidgets")) @test
    (program (function_signature name: (_) @name) @function)
    (program (getter_signature name: (_) @name) @getter)
    (program (setter_signature name: (_) @name) @setter)
    (local_function_declaration (lambda_expression parameters: (function_signature name: (_) @name))) @function
    (class_definition name: (_) @name) @class
    (mixin_declaration (identifier) @name) @mixin
    (class_definition (mixin_application_class . (identifier) @name)) @class
    (extension_type_declaration name: (_) @name) @extension
    (enum_declaration name: (_) @name) @enum
    (extension_declaration name: (_) @name) @extension
    (type_alias . (type_identifier) @name) @type
    (annotation) @prefix
    (documentation_comment) @comment
    (comment) @comment
  `,
};

function memberWithoutName(member: Node): DeclaredName | undefined {
  const signature = member.firstNamedChild;
  if (signature === null) return undefined;
  if (signature.type === "operator_signature") {
    const operator = /\boperator\s*([^\s(]+)/.exec(signature.text)?.[1];
    return operator === undefined ? undefined : { name: `operator ${operator}` };
  }
  const name = signature.namedChildren.findLast(({ type }) => type === "identifier");
  return name === undefined ? undefined : { name: name.text };
}
