import { bash } from "./bash.ts";
import { c } from "./c.ts";
import { svelte, vue } from "./components.ts";
import { cpp } from "./cpp.ts";
import { csharp } from "./csharp.ts";
import { dart } from "./dart.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import type { Language } from "./language.ts";
import { php } from "./php.ts";
import { powershell } from "./powershell.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";
import { solidity } from "./solidity.ts";
import { swift } from "./swift.ts";
import { tsx, typescript } from "./typescript.ts";
import { zsh } from "./zsh.ts";

/** The languages whose functions and classes are found. A new one is a file beside its siblings and a word here. */
export const LANGUAGES: readonly Language[] = [
  bash,
  c,
  cpp,
  csharp,
  dart,
  go,
  java,
  javascript,
  php,
  powershell,
  python,
  ruby,
  rust,
  solidity,
  svelte,
  swift,
  tsx,
  typescript,
  vue,
  zsh,
];
