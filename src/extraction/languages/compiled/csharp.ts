import type { Node } from "web-tree-sitter";

import { rewriteCSharp } from "./csharp-rewriting.ts";
import { SLASH_COMMENTS, SLASH_DOC, type DeclaredName, type Language } from "../language.ts";

/**
 * Functions are methods, constructors, finalizers (`~A`), local functions, and what a user of the class looks for like them:
 * properties, indexers (`this[]`), events and operators (`operator +`). Single accessors and lambdas are none. Classes are classes, structs, interfaces, enums, records and delegates. Line ranges include attributes.
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
  query: `
    (method_declaration name: (_) @name) @callable
    (constructor_declaration name: (_) @name) @callable
    (destructor_declaration) @callable
    (property_declaration name: (_) @name) @callable
    (indexer_declaration) @callable
    (event_declaration name: (_) @name) @callable
    (event_field_declaration (variable_declaration (variable_declarator name: (_) @name) @callable))
    (operator_declaration) @callable
    (conversion_operator_declaration) @callable
    (local_function_statement name: (_) @name) @function
    (class_declaration name: (_) @name) @class
    (struct_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @class
    (enum_declaration name: (_) @name) @class
    (record_declaration name: (_) @name) @class
    (delegate_declaration name: (_) @name) @class
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
