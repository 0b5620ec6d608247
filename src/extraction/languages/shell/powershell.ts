import { nodesInList } from "../parameter-nodes.ts";
import { HASH_COMMENTS, type Language } from "../language.ts";
import { rewritten, type Rewriting } from "../rewriting.ts";

/** An empty block as a default value. The grammar does not know it. */
const REWRITINGS: readonly Rewriting[] = [
  { mustContain: "{", pattern: /\{(?<==\s{0,80}\{)[ \t]{0,80}\}(?=\s{0,80}[,)])/g, rewrite: (match) => `$${"_".repeat(match.length - 1)}` },
];

const PARAMETER_LISTS: ReadonlySet<string> = new Set(["parameter_list", "class_method_parameter_list"]);

/**
 * `functions` contains functions, filters and methods. Their parameters are those of the head or of
 * the `param` block. `classes` contains classes and enums. `symbols` contains properties, members
 * of enums, and the tests of Pester. If the body of a function starts with a comment in the form of
 * help, that comment documents the function.
 */
export const powershell: Language = {
  name: "powershell",
  extensions: [".ps1", ".psm1"],
  interpreters: ["pwsh"],
  comments: HASH_COMMENTS,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm",
  rewrite: (text) => rewritten(text, REWRITINGS),
  parameterNodes: (callable) => nodesInList(callable, PARAMETER_LISTS),
  nameOf: (text) => text.replace(/^\$/, ""),
  functionKind: ({ name, className }) => (name === className ? "constructor" : undefined),
  returnType: ({ head }) => /\[([^[\]]*(?:\[\])?)\]\s*$/.exec(head)?.[1] ?? "",
  query: `
    (function_statement (function_name) @name) @function
    (function_statement (function_name) . (comment) @docstring (#match? @docstring "^<#"))
    (function_statement (script_block . (comment) @docstring (#match? @docstring "^<#")))
    (class_method_definition (simple_name) @name) @callable
    (class_statement . (simple_name) @name) @class
    (enum_statement . (simple_name) @name) @enum
    (class_property_definition (variable) @name) @property
    (enum_member . (simple_name) @name) @member
    (command
      command_name: (command_name) @_test
      command_elements: (command_elements . (command_argument_sep) . (array_literal_expression (unary_expression (string_literal) @name)))
      (#any-of? @_test "Describe" "Context" "It" "describe" "context" "it")) @test
    (comment) @comment
  `,
};
