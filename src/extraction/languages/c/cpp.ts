import { mendSource } from "../../mending/mend-source.ts";
import { declaredFunction } from "./c-declarator.ts";
import { SLASH_COMMENTS, type Language } from "../language.ts";

/** `A<int>` and `n::A` are `A`. */
const CLASS_NAME = `[
  (type_identifier) @name
  (template_type name: (_) @name)
  (qualified_identifier name: [(type_identifier) @name (template_type name: (_) @name)])
]`;

/**
 * Functions are definitions, and the member functions that a class's body declares, for it is there that they are documented;
 * other prototypes and lambdas are none. A definition outside of its class (`A::b`) belongs to `A`.
 * Classes are classes, structs, unions and enums with a body, and what a `typedef` names such a one.
 */
export const cpp: Language = {
  name: "cpp",
  extensions: [".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tpp", ".cu", ".cuh"],
  comments: SLASH_COMMENTS,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm",
  mend: (text) => mendSource(text, "cpp"),
  declaredName: declaredFunction,
  noParameter: /^void$/,
  query: `
    (function_definition) @callable
    (field_declaration_list (field_declaration declarator: [
      (function_declarator)
      (pointer_declarator (function_declarator))
      (pointer_declarator (pointer_declarator (function_declarator)))
      (reference_declarator (function_declarator))
    ]) @callable)
    (field_declaration_list (declaration declarator: [(function_declarator) (operator_cast)]) @callable)
    (field_declaration_list (template_declaration (declaration declarator: [(function_declarator) (operator_cast)]) @callable))
    (class_specifier name: ${CLASS_NAME} body: (_)) @class
    (struct_specifier name: ${CLASS_NAME} body: (_)) @class
    (union_specifier name: ${CLASS_NAME} body: (_)) @class
    (enum_specifier name: (_) @name body: (_)) @class
    (type_definition type: [(struct_specifier body: (_)) (union_specifier body: (_)) (enum_specifier body: (_))]
      declarator: (type_identifier) @name) @class
    (template_parameter_list) @prefix
    (comment) @comment
  `,
};
