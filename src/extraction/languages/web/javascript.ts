import {
  ECMASCRIPT_INTERPRETERS,
  ECMASCRIPT_LEAD_IN,
  ECMASCRIPT_TOP_LEVEL,
  declaredExport,
  ecmascriptPatterns,
  ecmascriptSymbolKind,
  givenFunction,
  methodKind,
  unwrapValue,
} from "./ecmascript.ts";
import { SLASH_COMMENTS, STAR_DOC, type Language } from "../language.ts";

/** What may be around a value. */
const WRAPPERS = ["parenthesized_expression"];

/** Functions as in `ecmascript.ts`. Classes are `class` declarations and expressions that have a name or are given to a variable. */
export const javascript: Language = {
  name: "javascript",
  extensions: [".js", ".mjs", ".cjs", ".jsx"],
  fileNames: ["jakefile"],
  interpreters: [...ECMASCRIPT_INTERPRETERS, "bun"],
  comments: SLASH_COMMENTS,
  docComment: STAR_DOC,
  leadIn: ECMASCRIPT_LEAD_IN,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm",
  declaredName: declaredExport,
  functionKind: methodKind,
  symbolKind: ecmascriptSymbolKind,
  unwrap: unwrapValue,
  leftOut: "decorator",
  query: `
    ${ecmascriptPatterns(WRAPPERS)}
    (field_definition property: (_) @name value: ${givenFunction(WRAPPERS)}) @callable
    (field_definition property: (_) @name) @property
    (class_declaration (decorator) @prefix)
  `,
  topLevel: ECMASCRIPT_TOP_LEVEL,
};
