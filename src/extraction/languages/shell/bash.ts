import { HASH_COMMENTS, type Language } from "../language.ts";
import { rewriteExpansions } from "./shell-rewriting.ts";

/**
 * `functions` contains shell functions. They declare no parameters. There are no classes. `symbols`
 * contains variables that a script exports or makes constant, and the tests of Bats. Other Bourne
 * shells are read as Bash.
 */
export const bash: Language = {
  name: "bash",
  extensions: [".sh", ".bash", ".bats", ".ksh"],
  fileNames: [".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".envrc", "pkgbuild", "apkbuild"],
  interpreters: ["sh", "bash", "dash", "ksh", "ash"],
  comments: HASH_COMMENTS,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm",
  rewrite: rewriteExpansions,
  symbolKind: ({ kind, text, start }) => (CONSTANT.test(text.slice(start, start + MAX_OPTIONS)) ? "constant" : kind),
  query: `
    (function_definition name: (_) @name) @function
    (comment) @comment
  `,
  topLevel: `
    (program (declaration_command ["readonly" "export" "declare" "typeset"] (variable_assignment name: (variable_name) @name)) @variable)
    (program (command name: (command_name) @_test . argument: [(string) (raw_string)] @name (#eq? @_test "@test")) @test)
  `,
};

const CONSTANT = /^(?:readonly\b|(?:declare|typeset|export)\s+(?:-\w+\s+)*-\w*r)/;
const MAX_OPTIONS = 60;
