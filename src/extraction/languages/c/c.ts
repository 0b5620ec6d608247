import { mendSource } from "../../mending/mend-source.ts";
import { declaredFunction, declaredKind, declaredReturn } from "./c-declarator.ts";
import { SLASH_COMMENTS, type Language } from "../language.ts";

/**
 * `functions` contains definitions. Prototypes are left out, because they do not say where the
 * function is and how long it is. `classes` contains structs, unions and enums with a body, under
 * their tag and under the name that a `typedef` gives them. `symbols` contains macros, prototypes,
 * variables, types and enumerators. The mending of the source finds the symbols.
 */
export const c: Language = {
  name: "c",
  // `file-language.ts` looks at the text of a `.h` file to tell C from C++.
  extensions: [".c", ".h"],
  comments: SLASH_COMMENTS,
  grammar: "@repomix/tree-sitter-wasms/out/tree-sitter-c.wasm",
  mend: (text) => mendSource(text, "c"),
  declaredName: declaredFunction,
  functionKind: declaredKind,
  returnType: declaredReturn,
  noParameter: /^void$/,
  query: `
    (function_definition) @function
    (struct_specifier name: (_) @name body: (_)) @struct
    (union_specifier name: (_) @name body: (_)) @union
    (enum_specifier name: (_) @name body: (_)) @enum
    (type_definition type: (struct_specifier body: (_)) declarator: (type_identifier) @name) @struct
    (type_definition type: (union_specifier body: (_)) declarator: (type_identifier) @name) @union
    (type_definition type: (enum_specifier body: (_)) declarator: (type_identifier) @name) @enum
    (comment) @comment
  `,
};
