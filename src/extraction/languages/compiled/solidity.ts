import type { Node } from "web-tree-sitter";

import { SLASH_COMMENTS, SLASH_DOC, type DeclaredName, type Language } from "../language.ts";
import { nodesInParentheses } from "../parameter-nodes.ts";

/**
 * `functions` contains functions, modifiers, `constructor`, `receive` and `fallback`. `symbols`
 * contains events, errors, state variables, constants and members of enums. `classes` contains
 * contracts, interfaces, libraries, structs, enums and user-defined types.
 */
export const solidity: Language = {
  name: "solidity",
  extensions: [".sol"],
  comments: SLASH_COMMENTS,
  docComment: SLASH_DOC,
  grammar: "@repomix/tree-sitter-wasms/out/tree-sitter-solidity.wasm",
  declaredName: memberWithoutName,
  parameterNodes: nodesInParentheses,
  returnFields: ["return_type"],
  returnType: ({ written }) => written.replace(/^returns\s*/, ""),
  symbolKind: ({ kind, text, start, nameStart }) =>
    kind === "variable" && CONSTANT.test(text.slice(start, nameStart)) ? "constant" : kind,
  query: `
    (function_definition name: (_) @name) @callable
    (modifier_definition name: (_) @name) @callable
    (event_definition name: (_) @name) @event
    (error_declaration name: (_) @name) @error
    (constructor_definition) @constructor
    (fallback_receive_definition) @callable
    (contract_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @interface
    (library_declaration name: (_) @name) @module
    (struct_declaration name: (_) @name) @struct
    (enum_declaration name: (_) @name) @enum
    (user_defined_type_definition name: (_) @name) @type
    (state_variable_declaration name: (_) @name) @variable
    (constant_variable_declaration name: (_) @name) @constant
    (enum_value) @name @member
    (comment) @comment
  `,
};

const CONSTANT = /\b(?:constant|immutable)\b/;

function memberWithoutName(member: Node): DeclaredName | undefined {
  const keyword = member.firstChild?.type;
  return keyword === undefined ? undefined : { name: keyword };
}
