import { setFlagsFromString } from "node:v8";

import { readGrammar } from "../grammar-file.ts";
import { bash } from "../languages/shell/bash.ts";
import { cpp } from "../languages/c/cpp.ts";
import { powershell } from "../languages/shell/powershell.ts";
import { swift } from "../languages/compiled/swift.ts";

/** Those of which one function, the lexer, has more than 100,000 bytes: `test/extraction/large-grammars.test.ts` compares with the files. */
export const LARGE_GRAMMARS: readonly string[] = [bash, cpp, powershell, swift].map(({ grammar }) => grammar);

/**
 * Compiles the grammars whose lexer is one huge function, once and simply. V8 would soon compile such a function again, to make it faster:
 * that takes 670 MB of memory and a second for the one of the shell, and saves less time than it takes.
 *
 * V8 shares what it has compiled between the threads of a process, by the module's bytes, as long as one of them keeps it: so keep the
 * result while threads load grammars. V8 reads these flags when it compiles. They hold for the whole process, and so only for this one turn:
 * call this before the threads start. Cost: some 35 ms. A grammar that cannot be loaded is left out: who needs it is told.
 */
export function compileLargeGrammars(): readonly unknown[] {
  // What the program around us has chosen stays as it is.
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

/** Whether one of the flags that are set here is among the options that Node was given, however V8 lets it be spelt. */
export function choosesFlags(argv: readonly string[], nodeOptions: string = ""): boolean {
  return [...argv, ...nodeOptions.split(/[\s"]+/)].some((option) => {
    const [, name = ""] = /^--?(?:no[-_]?)?([\w-]+)/.exec(option) ?? [];
    return FLAGS.includes(name.replaceAll("_", "-"));
  });
}

/** The types of Node.js do not have it. */
declare const WebAssembly: { readonly Module: new (bytes: Uint8Array) => object };
