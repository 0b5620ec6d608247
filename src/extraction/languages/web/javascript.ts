import { ECMASCRIPT, ecmascriptPatterns, givenFunction } from "./ecmascript.ts";
import type { Language } from "../language.ts";

/** The types of nodes that a value may be wrapped in. */
const WRAPPERS = ["parenthesized_expression"];

/**
 * `functions` contains the same as in `ecmascript.ts`. `classes` contains `class` declarations, and
 * `class` expressions that have a name or are given to a variable.
 */
export const javascript: Language = {
  ...ECMASCRIPT,
  name: "javascript",
  extensions: [".js", ".mjs", ".cjs", ".jsx"],
  fileNames: ["jakefile"],
  interpreters: ["node", "nodejs", "bun"],
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm",
  query: `
    ${ecmascriptPatterns(WRAPPERS)}
    (field_definition property: (_) @name value: ${givenFunction(WRAPPERS)}) @callable
    (field_definition property: (_) @name) @property
    (class_declaration (decorator) @prefix)
  `,
};
