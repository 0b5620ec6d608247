import { mendSource } from "../../mending/mend-source.ts";
import { declaredFunction } from "./c-declarator.ts";
import { SLASH_COMMENTS, type Language } from "../language.ts";

/**
 * Functions are definitions; a prototype is none, for it says neither where a function is nor how long. Classes are structs,
 * unions and enums with a body, under their tag, and under the name that a `typedef` gives them.
 */
export const c: Language = {
  name: "c",
  // `.h` is told apart by what is in it: see `file-language.ts`.
  extensions: [".c", ".h"],
  comments: SLASH_COMMENTS,
  grammar: "@repomix/tree-sitter-wasms/out/tree-sitter-c.wasm",
  mend: (text) => mendSource(text, "c"),
  declaredName: declaredFunction,
  noParameter: /^void$/,
  query: `
    (function_definition) @function
    (struct_specifier name: (_) @name body: (_)) @class
    (union_specifier name: (_) @name body: (_)) @class
    (enum_specifier name: (_) @name body: (_)) @class
    (type_definition type: [(struct_specifier body: (_)) (union_specifier body: (_)) (enum_specifier body: (_))]
      declarator: (type_identifier) @name) @class
    (comment) @comment
  `,
};
