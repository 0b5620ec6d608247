import { bash } from "./bash.ts";
import { HASH_COMMENTS, type Language } from "./language.ts";
import { rewriteExpansions } from "./shell-rewriting.ts";

/** Functions as in Bash, with whose grammar it is read: what only zsh has in its expansions is taken out before. */
export const zsh: Language = {
  name: "zsh",
  extensions: [".zsh", ".zsh-theme"],
  fileNames: [".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout"],
  interpreters: ["zsh"],
  comments: HASH_COMMENTS,
  grammar: bash.grammar,
  rewrite: rewriteExpansions,
  query: bash.query,
};
