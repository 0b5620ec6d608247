import { SLASH_COMMENTS, STAR_DOC, type Language } from "../language.ts";

/**
 * `functions` contains functions and methods. Closures are left out, because PHP gives them no
 * name. `classes` contains classes, interfaces, traits and enums. `symbols` contains constants
 * (also those of `define`), properties, cases of enums, and tests whose name is a string. Methods
 * of anonymous classes belong to no class. Line ranges include attributes.
 */
export const php: Language = {
  name: "php",
  extensions: [".php", ".phtml", ".php5", ".phpt"],
  interpreters: ["php"],
  comments: SLASH_COMMENTS,
  docComment: STAR_DOC,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm",
  returnFields: ["return_type"],
  functionKind: ({ name, className }) => (className !== undefined && name.toLowerCase() === "__construct" ? "constructor" : undefined),
  query: `
    (function_definition name: (_) @name) @function
    (method_declaration name: (_) @name) @callable
    (class_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @interface
    (trait_declaration name: (_) @name) @trait
    (enum_declaration name: (_) @name) @enum
    (const_declaration (const_element . (name) @name) @constant)
    (property_declaration (property_element name: (variable_name (name) @name)) @property)
    (enum_case name: (_) @name) @member
    (function_call_expression
      function: (name) @_define arguments: (arguments . (argument [(string) (encapsed_string)] @name) . (argument) .)
      (#any-of? @_define "define" "DEFINE")) @constant
    (program (expression_statement (function_call_expression
      function: (name) @_test
      arguments: (arguments . (argument [(string) (encapsed_string)] @name) . (argument [(anonymous_function) (arrow_function)])))
      (#any-of? @_test "test" "it" "describe")) @test)
    (anonymous_class) @scope
    (comment) @comment
  `,
};
