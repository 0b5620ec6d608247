import { bash } from "./bash.ts";
import { HASH_COMMENTS, type Language } from "../language.ts";
import { zshOutline } from "./zsh-outline.ts";

/** Functions as in Bash, with whose grammar the outline of a script is read: no grammar knows all that zsh has in a body. */
export const zsh: Language = {
  name: "zsh",
  extensions: [".zsh", ".zsh-theme"],
  fileNames: [".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout"],
  interpreters: ["zsh"],
  comments: HASH_COMMENTS,
  grammar: bash.grammar,
  rewrite: zshOutline,
  query: bash.query,
};
