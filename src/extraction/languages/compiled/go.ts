import { SLASH_COMMENTS, type Language } from "../language.ts";

/**
 * `functions` contains functions, methods, methods that an interface asks for, and function
 * literals that are given to a single variable. A method belongs to the type of its receiver, or to
 * its interface. `classes` contains all types that `type` defines. `symbols` contains aliases
 * (`type A = B`), constants and variables of the package. `a, b int` gives the parameters `a` and
 * `b int`.
 */
export const go: Language = {
  name: "go",
  extensions: [".go"],
  comments: SLASH_COMMENTS,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm",
  classOfReceiver: (text) => /^\(\s*(?:[\p{L}_][\p{L}\p{N}_]*\s+)?\**\s*\(?\s*([\p{L}_][\p{L}\p{N}_]*)/u.exec(text)?.[1] ?? "",
  splitParameter(text) {
    const names = /^(?:[\p{L}_][\p{L}\p{N}_]*, ?)+/u.exec(text)?.[0] ?? "";
    return [...names.split(",").slice(0, -1), text.slice(names.length)].map((part) => part.trim());
  },
  returnFields: ["result"],
  query: `
    (function_declaration name: (_) @name) @function
    (method_declaration receiver: (_) @receiver name: (_) @name) @callable
    (interface_type (method_elem name: (_) @name) @callable)
    (var_spec name: (identifier) @name value: (expression_list . (func_literal) @value .)) @function
    (short_var_declaration
      left: (expression_list . (identifier) @name .) right: (expression_list . (func_literal) @value .)) @function
    (type_spec name: (_) @name type: (struct_type)) @struct
    (type_spec name: (_) @name type: (interface_type)) @interface
    (type_spec name: (_) @name type: [
      (array_type) (channel_type) (function_type) (generic_type) (map_type) (negated_type) (parenthesized_type) (pointer_type)
      (qualified_type) (slice_type) (type_identifier)
    ]) @type
    (comment) @comment
  `,
  topLevel: `
    (source_file (type_declaration (type_alias name: (_) @name) @alias))
    (source_file (const_declaration (const_spec name: (identifier) @name) @constant))
    (source_file (var_declaration (var_spec name: (identifier) @name) @variable))
    (source_file (var_declaration (var_spec_list (var_spec name: (identifier) @name) @variable)))
  `,
};
