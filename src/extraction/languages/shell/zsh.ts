import { bash } from "./bash.ts";
import { HASH_COMMENTS, type Language } from "../language.ts";
import { zshOutline } from "./zsh-outline.ts";

/**
 * `functions` contains the same as in Bash. The grammar of Bash reads only an outline of the
 * script, because no grammar knows everything that zsh allows in a body.
 */
export const zsh: Language = {
  name: "zsh",
  extensions: [".zsh", ".zsh-theme"],
  fileNames: [".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout"],
  interpreters: ["zsh"],
  comments: HASH_COMMENTS,
  grammar: bash.grammar,
  rewrite: zshOutline,
  query: bash.query,
  ...(bash.topLevel === undefined ? {} : { topLevel: bash.topLevel }),
};
