export interface DecodedSource {
  /** Without byte order mark; well-formed, and free of NUL, which not every database can store. */
  readonly text: string;
  readonly isUtf8: boolean;
}

/** The text of a file: UTF-8, or where its bytes are none, Latin-1, in which any bytes are some text. Never throws. */
export function decodeSource(bytes: Uint8Array): DecodedSource {
  let text: string;
  let isUtf8 = true;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Not by TextDecoder, whose "latin1" is Windows-1252.
    text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    isUtf8 = false;
  }
  // One character for another: all positions stay what they are.
  return { text: text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text, isUtf8 };
}
