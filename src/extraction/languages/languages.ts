import { bash } from "./shell/bash.ts";
import { c } from "./c/c.ts";
import { svelte, vue } from "./web/components.ts";
import { cpp } from "./c/cpp.ts";
import { csharp } from "./compiled/csharp.ts";
import { dart } from "./compiled/dart.ts";
import { go } from "./compiled/go.ts";
import { java } from "./compiled/java.ts";
import { javascript } from "./web/javascript.ts";
import type { Language } from "./language.ts";
import { php } from "./scripts/php.ts";
import { powershell } from "./shell/powershell.ts";
import { python } from "./scripts/python.ts";
import { ruby } from "./scripts/ruby.ts";
import { rust } from "./compiled/rust.ts";
import { solidity } from "./compiled/solidity.ts";
import { swift } from "./compiled/swift.ts";
import { tsx, typescript } from "./web/typescript.ts";
import { zsh } from "./shell/zsh.ts";

/**
 * The languages whose functions and classes are found. A new language needs a file in the folder of
 * its family and an entry here.
 */
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
