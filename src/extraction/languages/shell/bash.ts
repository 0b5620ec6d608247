import { HASH_COMMENTS, type Language } from "../language.ts";
import { rewriteExpansions } from "./shell-rewriting.ts";

/** Functions are shell functions, which declare no parameters; there are no classes. Other Bourne shells are read as Bash. */
export const bash: Language = {
  name: "bash",
  extensions: [".sh", ".bash", ".bats", ".ksh"],
  fileNames: [".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".envrc", "pkgbuild", "apkbuild"],
  interpreters: ["sh", "bash", "dash", "ksh", "ash"],
  comments: HASH_COMMENTS,
  grammar: "@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm",
  rewrite: rewriteExpansions,
  query: `
    (function_definition name: (_) @name) @function
    (comment) @comment
  `,
};
