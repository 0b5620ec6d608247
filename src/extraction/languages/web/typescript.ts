import { DECLARATIONS, ECMASCRIPT, ecmascriptPatterns, givenFunction } from "./ecmascript.ts";
import type { Language } from "../language.ts";
import { DEFAULT_NAME, rewriteTypeScript } from "./typescript-rewriting.ts";

/**
 * The types of nodes that a value may be wrapped in. TSX has no `<T>value`: there it is an element.
 */
const WRAPPERS = ["parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"];

/**
 * `functions` contains the same as in `ecmascript.ts`, and signatures without a body: overloads,
 * `declare function`, abstract methods, and methods of interfaces and of types that an alias names.
 * `classes` contains classes, interfaces, enums and type aliases (everything that a name in a type
 * can mean), and namespaces. `symbols` also contains members of enums.
 */
const queryFor = (wrappers: readonly string[]): string => `
  ${ecmascriptPatterns(wrappers)}
  (class_body (decorator) @prefix)
  (public_field_definition value: ${givenFunction(wrappers)}) @callable
  (class_declaration (decorator) @prefix)
  (abstract_class_declaration (decorator) @prefix)
  (object_type (method_signature) @callable)
  (class_body (method_signature name: (_) @name) @callable)
  (abstract_method_signature name: (_) @name) @callable
  (interface_body (method_signature name: (_) @name) @callable)
  (function_signature name: (_) @name) @function
  ([(function_signature name: (_) @_name) (function_declaration name: (_) @_name)] @function (#eq? @_name "${DEFAULT_NAME}"))
  (abstract_class_declaration name: (_) @name) @class
  (interface_declaration name: (_) @name) @interface
  (enum_declaration name: (_) @name) @enum
  (type_alias_declaration name: (_) @name) @type
  (internal_module name: (_) @name) @namespace
  (module name: (identifier) @name) @namespace
  (public_field_definition name: (_) @name) @property
  (enum_body name: (_) @name @member)
  (enum_body (enum_assignment name: (_) @name) @member)
  (ambient_declaration [${DECLARATIONS} (statement_block [${DECLARATIONS}])])
  (ambient_declaration [(module body: (statement_block [${DECLARATIONS}])) (internal_module body: (statement_block [${DECLARATIONS}]))])
`;

/** The parts of a language that TypeScript and TSX share. */
const TYPED: typeof ECMASCRIPT = {
  ...ECMASCRIPT,
  rewrite: rewriteTypeScript,
  returnFields: ["return_type"],
  returnType: ({ written }) => written.replace(/^:\s*/, ""),
};

export const typescript: Language = {
  ...TYPED,
  name: "typescript",
  extensions: [".ts", ".mts", ".cts"],
  interpreters: ["ts-node", "tsx", "deno"],
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm",
  query: queryFor([...WRAPPERS, "type_assertion"]),
};

/**
 * TSX is its own language, because it has its own grammar: legal code in one of the two is not
 * always legal in the other.
 */
export const tsx: Language = {
  ...TYPED,
  name: "tsx",
  extensions: [".tsx"],
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm",
  query: queryFor(WRAPPERS),
};
