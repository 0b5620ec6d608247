import type { Node } from "web-tree-sitter";

import { SLASH_COMMENTS, SLASH_DOC, type DeclaredName, type Language } from "../language.ts";
import { nodesInList } from "../parameter-nodes.ts";
import { blanked, rewritten, type Rewriting } from "../rewriting.ts";

/** A library without a name (Dart 2.19). */
const REWRITINGS: readonly Rewriting[] = [{ hint: "library", pattern: /^library[ \t]*;/gm, rewrite: blanked }];
const PARAMETER_LISTS: ReadonlySet<string> = new Set(["formal_parameter_list"]);

/**
 * Functions are functions, methods, getters, setters, operators (`operator +`) and constructors (`A`, and `named` of `A.named`);
 * closures are none. Classes are classes, mixins, enums, extensions and aliases of types. Parameters in
 * brackets or braces are one, as the grammar has them.
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
  query: `
    (method_signature [
      (function_signature name: (_) @name)
      (getter_signature name: (_) @name)
      (setter_signature name: (_) @name)
    ]) @callable
    (method_signature [(operator_signature) (constructor_signature) (factory_constructor_signature)]) @callable
    (declaration [
      (function_signature name: (_) @name)
      (getter_signature name: (_) @name)
      (setter_signature name: (_) @name)
    ]) @callable
    (declaration [
      (operator_signature) (constructor_signature) (constant_constructor_signature)
      (factory_constructor_signature) (redirecting_factory_constructor_signature)
    ]) @callable
    (program (function_signature name: (_) @name) @function)
    (program (getter_signature name: (_) @name) @function)
    (program (setter_signature name: (_) @name) @function)
    (local_function_declaration (lambda_expression parameters: (function_signature name: (_) @name))) @function
    (class_definition name: (_) @name) @class
    (mixin_declaration (identifier) @name) @class
    (class_definition (mixin_application_class . (identifier) @name)) @class
    (extension_type_declaration name: (_) @name) @class
    (enum_declaration name: (_) @name) @class
    (extension_declaration name: (_) @name) @class
    (type_alias . (type_identifier) @name) @class
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
