import { codeTextOf, type Dialect } from "./tokens/code-text.ts";
import { ItemReader } from "./items/item-reader.ts";
import type { MendedSource } from "./outline.ts";

/**
 * Makes a C or C++ source parseable for its grammar, without a preprocessor. Keeps the text of
 * definitions as plain code, at its offsets. Everything else becomes blank. Reads the source once,
 * from its first to its last character. The shape of an item tells what it is (see `ItemReader`).
 */
export function mendSource(text: string, dialect: Dialect): MendedSource {
  return new ItemReader(codeTextOf(text, dialect)).read();
}
