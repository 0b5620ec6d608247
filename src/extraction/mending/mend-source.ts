import { codeTextOf, type Dialect } from "./tokens/code-text.ts";
import { ItemReader } from "./items/item-reader.ts";
import type { MendedSource } from "./outline.ts";

/**
 * Makes a source of C or C++ one that its grammar can parse, without a preprocessor: what defines something is kept as
 * plain code, at its place; all else is blank. Everything is read once, from its first to its last character, and what
 * an item is follows from its shape: see `ItemReader`.
 */
export function mendSource(text: string, dialect: Dialect): MendedSource {
  return new ItemReader(codeTextOf(text, dialect)).read();
}
