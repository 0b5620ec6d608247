/** A text that can be encoded to exactly the bytes that it came from. */
export interface ExactText {
  /** The text, including its byte order mark. */
  readonly text: string;
  encode(text: string): Uint8Array;
}

/**
 * Returns the text of a file, and how to write it back byte for byte. Returns `undefined` if no
 * known encoding does that.
 */
export function exactText(bytes: Uint8Array): ExactText | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decoded(bytes, "utf-16le", (text) => utf16(text, true));
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decoded(bytes, "utf-16be", (text) => utf16(text, false));
  return decoded(bytes, "utf-8", (text) => new TextEncoder().encode(text));
}

function decoded(bytes: Uint8Array, name: string, encode: (text: string) => Uint8Array): ExactText | undefined {
  try {
    const text = new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode(bytes);
    return isSame(encode(text), bytes) ? { text, encode } : undefined;
  } catch {
    return undefined;
  }
}

function utf16(text: string, isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), isLittle);
  return bytes;
}

export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
