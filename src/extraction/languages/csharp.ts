import { SLASH_COMMENTS, SLASH_DOC, type Language } from "./language.ts";

/**
 * Functions are methods, constructors, finalizers (under the class's name) and local functions; operators, accessors and lambdas
 * are none. Classes are classes, structs, interfaces, enums, records and delegates. Line ranges include attributes.
 */
export const csharp: Language = {
  name: "csharp",
  extensions: [".cs", ".csx"],
  comments: SLASH_COMMENTS,
  docComment: SLASH_DOC,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm",
  docFormat: "xml",
  query: `
    (method_declaration name: (_) @name) @callable
    (constructor_declaration name: (_) @name) @callable
    (destructor_declaration name: (_) @name) @callable
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
