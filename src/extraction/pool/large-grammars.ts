import { setFlagsFromString } from "node:v8";

import { readGrammar } from "../grammar-file.ts";
import { bash } from "../languages/shell/bash.ts";
import { cpp } from "../languages/c/cpp.ts";
import { powershell } from "../languages/shell/powershell.ts";
import { swift } from "../languages/compiled/swift.ts";

/**
 * The grammars in which one function, the lexer, has more than 100,000 bytes.
 * `test/extraction/large-grammars.test.ts` compares this list with the files.
 */
export const LARGE_GRAMMARS: readonly string[] = [bash, cpp, powershell, swift].map(({ grammar }) => grammar);

/**
 * Compiles the grammars whose lexer is one huge function, once and without optimizing. Otherwise V8
 * would soon compile such a function again to make it faster. For the grammar of the shell, that
 * takes 670 MB of memory and a second, and saves less time than it takes.
 *
 * V8 shares compiled code between the threads of a process, by the bytes of the module, as long as
 * one thread keeps it. So keep the result while threads load grammars. V8 reads these flags when it
 * compiles. The flags hold for the whole process, so they are set only for this one turn: call this
 * before the threads start. Cost: about 35 ms. A grammar that cannot be loaded is left out here.
 * The first file that needs the grammar gets the error.
 */
export function compileLargeGrammars(): readonly unknown[] {
  // If the program around us has chosen these flags, they stay unchanged.
  if (choosesFlags(process.execArgv, process.env["NODE_OPTIONS"])) return [];
  for (const flag of FLAGS) setFlagsFromString(`--no-${flag}`);
  try {
    return LARGE_GRAMMARS.flatMap((grammar) => {
      try {
        return [new WebAssembly.Module(readGrammar(grammar))];
      } catch {
        return [];
      }
    });
  } finally {
    for (const flag of FLAGS) setFlagsFromString(`--${flag}`);
  }
}

const FLAGS = ["wasm-tier-up", "wasm-dynamic-tiering", "wasm-lazy-compilation"];

/**
 * Returns true if one of these flags is among the options of Node, in any spelling that V8 accepts.
 */
export function choosesFlags(argv: readonly string[], nodeOptions: string = ""): boolean {
  return [...argv, ...nodeOptions.split(/[\s"]+/)].some((option) => {
    const [, name = ""] = /^--?(?:no[-_]?)?([\w-]+)/.exec(option) ?? [];
    return FLAGS.includes(name.replaceAll("_", "-"));
  });
}

/** The types of Node.js do not declare it. */
declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };
