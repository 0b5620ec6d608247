import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { brotliDecompressSync } from "node:zlib";

/**
 * The folder where the build puts the grammars that are used. They are compressed: 1.7 MB instead
 * of the 45 MB of the packages that they come from (decision 35). The path is the same from
 * `dist/extraction` and from the files of the bundled command.
 */
const PACKED = new URL("../grammars/", import.meta.url);

/**
 * Returns the WebAssembly of a grammar. `grammar` is its file in the package that it comes from.
 * Cost: 1 ms, up to 30 ms for the largest grammar. Throws what `node:fs` throws if the file does
 * not exist.
 */
export function readGrammar(grammar: string): Uint8Array {
  const packed = new URL(packedName(grammar), PACKED);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(packed);
  } catch (error) {
    // The sources have no packed grammars beside them. They read the grammars from the packages, as
    // the build does.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return readFileSync(createRequire(import.meta.url).resolve(grammar));
    throw error;
  }
  return brotliDecompressSync(bytes);
}

/** Returns the name of the packed file of a grammar. */
export function packedName(grammar: string): string {
  return `${basename(grammar)}.br`;
}
