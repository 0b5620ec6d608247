import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/**
 * Where the build puts the grammars that are used, compressed: 1.7 MB instead of the 45 MB of the packages that they come from
 * (decision 35). The path is the same from `dist/extraction` and from the files of the bundled command.
 */
const PACKED = new URL("../grammars/", import.meta.url);

/**
 * Returns the WebAssembly of a grammar, named by its file in the package that it comes from. Cost: 1 to 30 ms, for the largest one. Throws what
 * `node:fs` throws if there is none.
 */
export function readGrammar(grammar: string): Uint8Array {
  const packed = new URL(packedName(grammar), PACKED);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(packed);
  } catch (error) {
    // The sources themselves have no packed grammars beside them: they take them from where the build takes them.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return readFileSync(createRequire(import.meta.url).resolve(grammar));
    throw error;
  }
  return brotliDecompressSync(bytes);
}

/** The name of the file that the build packs a grammar into. */
export function packedName(grammar: string): string {
  return `${basename(grammar)}.br`;
}
