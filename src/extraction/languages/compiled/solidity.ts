import type { Node } from "web-tree-sitter";

import { SLASH_COMMENTS, SLASH_DOC, type DeclaredName, type Language } from "../language.ts";
import { nodesInParentheses } from "../parameter-nodes.ts";

/**
 * Functions are functions, modifiers, events, errors, `constructor`, `receive` and `fallback`. Classes are contracts, interfaces,
 * libraries, structs, enums and user-defined types.
 */
export const solidity: Language = {
  name: "solidity",
  extensions: [".sol"],
  comments: SLASH_COMMENTS,
  docComment: SLASH_DOC,
  grammar: "@repomix/tree-sitter-wasms/out/tree-sitter-solidity.wasm",
  declaredName: memberWithoutName,
  parameterNodes: nodesInParentheses,
  query: `
    (function_definition name: (_) @name) @callable
    (modifier_definition name: (_) @name) @callable
    (event_definition name: (_) @name) @callable
    (error_declaration name: (_) @name) @callable
    (constructor_definition) @callable
    (fallback_receive_definition) @callable
    (contract_declaration name: (_) @name) @class
    (interface_declaration name: (_) @name) @class
    (library_declaration name: (_) @name) @class
    (struct_declaration name: (_) @name) @class
    (enum_declaration name: (_) @name) @class
    (user_defined_type_definition name: (_) @name) @class
    (comment) @comment
  `,
};

function memberWithoutName(member: Node): DeclaredName | undefined {
  const keyword = member.firstChild?.type;
  return keyword === undefined ? undefined : { name: keyword };
}
