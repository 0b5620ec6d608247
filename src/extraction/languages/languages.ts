import { bash } from "./bash.ts";
import { c } from "./c.ts";
import { cpp } from "./cpp.ts";
import { csharp } from "./csharp.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import type { Language } from "./language.ts";
import { php } from "./php.ts";
import { python } from "./python.ts";
import { ruby } from "./ruby.ts";
import { rust } from "./rust.ts";
import { tsx, typescript } from "./typescript.ts";

/** The languages whose functions and classes are found. A new one is a file beside its siblings and a word here. */
export const LANGUAGES: readonly Language[] = [bash, c, cpp, csharp, go, java, javascript, php, python, ruby, rust, tsx, typescript];
