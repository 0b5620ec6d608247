import type { Node } from "web-tree-sitter";

import { rewriteCSharp } from "./csharp-rewriting.ts";
import { SLASH_COMMENTS, SLASH_DOC, type DeclaredName, type Language } from "../language.ts";

/**
 * `functions` contains methods, constructors, finalizers (`~A`), local functions and operators
 * (`operator +`). Lambdas and single accessors are left out. `symbols` contains properties,
 * indexers (`this[]`), events, constants (`const`, `readonly`) and members of enums. `classes`
 * contains classes, structs, interfaces, enums, records and delegates. Line ranges include
 * attributes.
 */
export const csharp: Language = {
  name: "csharp",
  extensions: [".cs", ".csx"],
  comments: SLASH_COMMENTS,
  docComment: SLASH_DOC,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm",
  rewrite: rewriteCSharp,
  docFormat: "xml",
  declaredName: memberWithoutName,
  returnFields: ["returns", "type"],
  query: `
    (method_declaration name: (_) @name) @callable
    (constructor_declaration name: (_) @name) @constructor
    (destructor_declaration) @callable
    (property_declaration name: (_) @name) @property
    (indexer_declaration) @property
    (event_declaration name: (_) @name) @event
    (event_field_declaration (variable_declaration (variable_declarator name: (_) @name) @event))
    (field_declaration (modifier) @_modifier (variable_declaration (variable_declarator name: (_) @name) @constant)
      (#any-of? @_modifier "const" "readonly"))
    (enum_member_declaration name: (_) @name) @member
    (operator_declaration) @callable
    (conversion_operator_declaration) @callable
    (local_function_statement name: (_) @name) @function
    (class_declaration name: (_) @name) @class
    (struct_declaration name: (_) @name) @struct
    (interface_declaration name: (_) @name) @interface
    (enum_declaration name: (_) @name) @enum
    (record_declaration name: (_) @name) @record
    (delegate_declaration name: (_) @name) @type
    (comment) @comment
  `,
};

function memberWithoutName(member: Node): DeclaredName | undefined {
  switch (member.type) {
    case "destructor_declaration":
      return { name: `~${member.childForFieldName("name")?.text ?? ""}` };
    case "indexer_declaration":
      return { name: "this[]" };
    case "operator_declaration":
      return { name: `operator ${member.childForFieldName("operator")?.text ?? ""}` };
    case "conversion_operator_declaration":
      return { name: `operator ${member.childForFieldName("type")?.text ?? ""}` };
  }
  return undefined;
}
