import { mendSource } from "../../mending/mend-source.ts";
import { declaredFunction, declaredKind, declaredReturn } from "./c-declarator.ts";
import { SLASH_COMMENTS, type Language } from "../language.ts";

/** The name of `A<int>` and of `n::A` is `A`. */
const CLASS_NAME = `[
  (type_identifier) @name
  (template_type name: (_) @name)
  (qualified_identifier name: [(type_identifier) @name (template_type name: (_) @name)])
]`;

/**
 * `functions` contains definitions, and the member functions that the body of a class declares,
 * because their documentation is there. Other prototypes and lambdas are left out. A definition
 * outside its class (`A::b`) belongs to `A`. `classes` contains classes, structs, unions and enums
 * with a body, also under the name that a `typedef` gives them. `symbols` contains the same as in
 * C, and also the constants of classes.
 */
export const cpp: Language = {
  name: "cpp",
  extensions: [".cpp", ".cc", ".cxx", ".c++", ".hpp", ".hh", ".hxx", ".h++", ".ipp", ".inl", ".tpp", ".cu", ".cuh"],
  comments: SLASH_COMMENTS,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm",
  mend: (text) => mendSource(text, "cpp"),
  declaredName: declaredFunction,
  functionKind: declaredKind,
  returnType: declaredReturn,
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
    (struct_specifier name: ${CLASS_NAME} body: (_)) @struct
    (union_specifier name: ${CLASS_NAME} body: (_)) @union
    (enum_specifier name: (_) @name body: (_)) @enum
    (type_definition type: (struct_specifier body: (_)) declarator: (type_identifier) @name) @struct
    (type_definition type: (union_specifier body: (_)) declarator: (type_identifier) @name) @union
    (type_definition type: (enum_specifier body: (_)) declarator: (type_identifier) @name) @enum
    (template_parameter_list) @prefix
    (comment) @comment
  `,
};
