import { SLASH_COMMENTS, STAR_DOC, type Language } from "../language.ts";

/**
 * Functions are methods, constructors and the elements of annotation types. Classes are classes, interfaces, enums, records
 * and annotation types. Methods of anonymous classes and of single enum constants belong to no class. Line ranges
 * include modifiers and annotations.
 */
export const java: Language = {
  name: "java",
  extensions: [".java"],
  comments: SLASH_COMMENTS,
  docComment: STAR_DOC,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm",
  query: `
    (method_declaration name: (_) @name) @callable
    (constructor_declaration name: (_) @name) @callable
    (compact_constructor_declaration name: (_) @name) @callable
    (annotation_type_element_declaration name: (_) @name) @callable
    (class_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @class
    (enum_declaration name: (_) @name) @class
    (record_declaration name: (_) @name) @class
    (annotation_type_declaration name: (_) @name) @class
    (object_creation_expression (class_body) @scope)
    (enum_constant body: (class_body) @scope)
    (line_comment) @comment
    (block_comment) @comment
  `,
};
