import type { Node } from "web-tree-sitter";

import { SLASH_COMMENTS, SLASH_DOC, type DeclaredName, type Language } from "../language.ts";
import { typeAfterArrow } from "../head-types.ts";
import { nodesInParentheses } from "../parameter-nodes.ts";
import { blanked, rewritten, type Rewriting } from "../rewriting.ts";

/**
 * Syntax that the grammar does not know. Each rewriting puts it into a form that the grammar knows.
 */
const REWRITINGS: readonly Rewriting[] = [
  // For each `#` of a long row, the scanner of the grammar reads the rest of the row again.
  { mustContain: "#########", pattern: /#{9,}/g, rewrite: blanked },
  { mustContain: "()", pattern: /\(\)(?<=@[A-Z]\w{0,200}\(\))/g, rewrite: blanked },
  // Conditional compilation. The code in its branches is code like any other.
  { mustContain: "#", pattern: /^[ \t]*#(?:if|elseif|else|endif)\b[^\n]*/gm, rewrite: blanked },
  // Macros, and literals that have become macros.
  {
    mustContain: "#",
    pattern: /#(?=[A-Za-z_]\w*)(?!(?:available|unavailable|selector|keyPath|sourceLocation|warning|error|file|line|column|function)\b)/g,
    rewrite: () => "_",
  },
];

/**
 * `functions` contains functions and methods, also those that a protocol asks for, operators,
 * `init`, `deinit`, `subscript` and computed properties. Closures are left out. `symbols` contains
 * variables and constants of the file, other properties, and cases of enums. `classes` contains
 * classes, structs, enums, actors, protocols and type aliases. The members of an extension belong
 * to the type that it extends. Line ranges include attributes.
 */
export const swift: Language = {
  name: "swift",
  extensions: [".swift"],
  interpreters: ["swift"],
  comments: SLASH_COMMENTS,
  docComment: SLASH_DOC,
  grammar: "@repomix/tree-sitter-wasms/out/tree-sitter-swift.wasm",
  rewrite: (text) => rewritten(text, REWRITINGS),
  declaredName: memberWithoutName,
  parameterNodes: nodesInParentheses,
  classOfReceiver: (text) => text.split("<", 1)[0]!.split(".").at(-1)!,
  returnType: ({ behind }) => typeAfterArrow(behind),
  symbolKind: ({ kind, text, start, nameStart }) =>
    kind === "variable" && /\blet\s/.test(text.slice(start, nameStart)) ? "constant" : kind,
  query: `
    (function_declaration) @callable
    (protocol_function_declaration name: (simple_identifier) @name) @callable
    (init_declaration) @constructor
    (deinit_declaration) @callable
    (subscript_declaration) @callable
    (property_declaration name: (pattern bound_identifier: (_) @name) computed_value: (_)) @getter
    (source_file (property_declaration name: (pattern bound_identifier: (_) @name)) @variable)
    (class_body (property_declaration name: (pattern bound_identifier: (_) @name)) @property)
    (enum_class_body (property_declaration name: (pattern bound_identifier: (_) @name)) @property)
    (protocol_property_declaration name: (pattern bound_identifier: (_) @name)) @property
    (enum_entry name: (simple_identifier) @name @member)
    (class_declaration name: (type_identifier) @name) @class
    (class_declaration "struct" name: (type_identifier) @name) @struct
    (class_declaration "enum" name: (type_identifier) @name) @enum
    (class_declaration name: (user_type) @receiver) @scope
    (protocol_declaration name: (type_identifier) @name) @interface
    (typealias_declaration name: (type_identifier) @name) @type
    (comment) @comment
    (multiline_comment) @comment
  `,
};

function memberWithoutName(member: Node): DeclaredName | undefined {
  if (member.type !== "function_declaration") return { name: member.type.replace("_declaration", "") };
  const children = member.children;
  // An operator is the token after `func`. The field `name` does not help, because the grammar also
  // calls the type of the result a name.
  const name = children[children.findIndex(({ type }) => type === "func") + 1];
  return name === undefined ? undefined : { name: name.text };
}
