import { SLASH_COMMENTS, STAR_DOC, type Language } from "../language.ts";

/**
 * Functions are functions and methods; closures, which PHP gives no name, are none. Classes are classes, interfaces, traits and
 * enums. Methods of anonymous classes belong to no class. Line ranges include attributes.
 */
export const php: Language = {
  name: "php",
  extensions: [".php", ".phtml", ".php5", ".phpt"],
  interpreters: ["php"],
  comments: SLASH_COMMENTS,
  docComment: STAR_DOC,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-php.wasm",
  query: `
    (function_definition name: (_) @name) @function
    (method_declaration name: (_) @name) @callable
    (class_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @class
    (trait_declaration name: (_) @name) @class
    (enum_declaration name: (_) @name) @class
    (anonymous_class) @scope
    (comment) @comment
  `,
};
