import { SLASH_DOC, type Language } from "../language.ts";
import { blanked, rewritten, type Rewriting } from "../rewriting.ts";

/** A foreign function that is safe to call. The grammar does not know `safe` yet. */
const REWRITINGS: readonly Rewriting[] = [{ mustContain: "safe", pattern: /\bsafe(?=[ \t]{1,80}(?:fn|static)\b)/g, rewrite: blanked }];

/**
 * `functions` contains `fn` items, also those without a body in traits and `extern` blocks, and
 * macros by example (`macro_rules!`). Closures are left out. `classes` contains structs, enums,
 * unions, traits, type aliases, and modules with a body. `symbols` contains constants, statics,
 * variants of enums and associated types of traits. The items in a call of a macro count if the
 * call is at a place that allows items. A method belongs to the type that its `impl` is for, or to
 * its trait.
 */
export const rust: Language = {
  name: "rust",
  extensions: [".rs"],
  comments: { line: ["//!", "//"], block: true, docstring: false },
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm",
  rewrite: (text) => rewritten(text, REWRITINGS),
  docComment: SLASH_DOC,
  innerDoc: /^\/[/*]!/,
  embedded: /^[{([].*\b(?:fn|struct|enum|union|trait|impl|mod|type|macro_rules)\b/s,
  returnFields: ["return_type"],
  query: `
    (function_item name: (_) @name) @callable
    (function_signature_item name: (_) @name) @callable
    (struct_item name: (_) @name) @struct
    (enum_item name: (_) @name) @enum
    (union_item name: (_) @name) @union
    (trait_item name: (_) @name) @trait
    (macro_definition name: (_) @name) @function
    (source_file (type_item name: (_) @name) @type)
    (mod_item body: (declaration_list (type_item name: (_) @name) @type))
    (mod_item name: (_) @name body: (_)) @inner_module
    (const_item name: (identifier) @name) @constant
    (static_item name: (_) @name) @variable
    (enum_variant name: (_) @name) @member
    (trait_item body: (declaration_list (associated_type name: (_) @name) @alias))
    (source_file [
      (macro_invocation (token_tree) @embedded)
      (expression_statement (macro_invocation (token_tree) @embedded))
    ])
    (declaration_list (macro_invocation (token_tree) @embedded))
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
