import { SLASH_COMMENTS, STAR_DOC, type Language } from "../language.ts";

/**
 * `functions` contains methods, constructors and the elements of annotation types. `classes`
 * contains classes, interfaces, enums, records and annotation types. `symbols` contains constants,
 * static variables and enum constants. Methods of anonymous classes and of single enum constants
 * belong to no class. Line ranges include modifiers and annotations.
 */
export const java: Language = {
  name: "java",
  extensions: [".java"],
  comments: SLASH_COMMENTS,
  docComment: STAR_DOC,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm",
  returnFields: ["type"],
  query: `
    (method_declaration name: (_) @name) @callable
    (constructor_declaration name: (_) @name) @constructor
    (compact_constructor_declaration name: (_) @name) @constructor
    (annotation_type_element_declaration name: (_) @name) @callable
    (class_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @interface
    (enum_declaration name: (_) @name) @enum
    (record_declaration name: (_) @name) @record
    (annotation_type_declaration name: (_) @name) @interface
    (object_creation_expression (class_body) @scope)
    (enum_constant body: (class_body) @scope)
    (enum_constant name: (_) @name) @member
    (constant_declaration declarator: (variable_declarator name: (_) @name) @constant)
    (field_declaration (modifiers "static") declarator: (variable_declarator name: (_) @name) @variable)
    (field_declaration (modifiers "static" "final") declarator: (variable_declarator name: (_) @name) @constant)
    (line_comment) @comment
    (block_comment) @comment
  `,
};
