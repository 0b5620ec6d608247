import { SLASH_DOC, type Language } from "./language.ts";

/**
 * Functions are `fn` items, also those without a body in traits and `extern` blocks; closures and macros are none.
 * Classes are structs, enums, unions and traits. A method belongs to the type that its `impl` is for, or to its trait.
 */
export const rust: Language = {
  name: "rust",
  extensions: [".rs"],
  comments: { line: ["//!", "//"], block: true, docstring: false },
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm",
  docComment: SLASH_DOC,
  innerDoc: /^\/[/*]!/,
  query: `
    (function_item name: (_) @name) @callable
    (function_signature_item name: (_) @name) @callable
    (struct_item name: (_) @name) @class
    (enum_item name: (_) @name) @class
    (union_item name: (_) @name) @class
    (trait_item name: (_) @name) @class
    (impl_item type: (_) @receiver) @scope
    (attribute_item) @prefix
    (line_comment) @comment
    (block_comment) @comment
  `,
  classOfReceiver: (text) =>
    text
      .replace(/^(?:&\s*(?:'\w+\s+)?(?:mut\s+)?|dyn\s+)+/, "")
      .split("<", 1)[0]!
      .split("::")
      .at(-1)!,
};
