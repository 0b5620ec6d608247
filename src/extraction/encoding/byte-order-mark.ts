/** An encoding that a byte order mark names. */
export interface MarkedEncoding {
  readonly name: "utf-8" | "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be";
  /** The length of the mark in bytes. */
  readonly markLength: number;
  /** The size in bytes of the smallest unit that can be a character. */
  readonly unit: 1 | 2 | 4;
}

/**
 * The marks of UTF-32 come first, because its little-endian mark begins with the mark of UTF-16.
 */
const MARKS: readonly (readonly [readonly number[], MarkedEncoding])[] = [
  [[0xff, 0xfe, 0, 0], { name: "utf-32le", markLength: 4, unit: 4 }],
  [[0, 0, 0xfe, 0xff], { name: "utf-32be", markLength: 4, unit: 4 }],
  [[0xef, 0xbb, 0xbf], { name: "utf-8", markLength: 3, unit: 1 }],
  [[0xff, 0xfe], { name: "utf-16le", markLength: 2, unit: 2 }],
  [[0xfe, 0xff], { name: "utf-16be", markLength: 2, unit: 2 }],
];

/**
 * Returns the encoding that the byte order mark at the start of `bytes` names, or `undefined` if
 * there is no mark.
 */
export function byteOrderMarkOf(bytes: Uint8Array): MarkedEncoding | undefined {
  return MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))?.[1];
}

/**
 * `isBinary` needs this many of a file's first bytes. Git, too, looks for a NUL in this many bytes
 * to tell text from binary. They are whole units in every encoding.
 */
export const BINARY_PROBE_BYTES = 8_000;

/**
 * Returns true if the first bytes of a file show that it is not text: they contain a NUL. Git
 * decides the same way. If there is a byte order mark, a NUL is a whole unit of zero bytes. UTF-16
 * without a mark counts as binary.
 */
export function isBinary(start: Uint8Array): boolean {
  const encoding = byteOrderMarkOf(start);
  if (encoding === undefined || encoding.unit === 1) return start.includes(0);
  for (let at = encoding.markLength; at + encoding.unit <= start.length; at += encoding.unit) {
    if (start.subarray(at, at + encoding.unit).every((byte) => byte === 0)) return true;
  }
  return false;
}

/** Decodes the bytes after the mark. Never throws: bytes that are not a character become U+FFFD. */
export function decodeMarked(bytes: Uint8Array, { name, markLength }: MarkedEncoding): string {
  const body = bytes.subarray(markLength);
  switch (name) {
    case "utf-8":
      // The mark is already removed, so a second mark belongs to the text.
      return new TextDecoder("utf-8", { ignoreBOM: true }).decode(body);
    case "utf-16le":
    case "utf-16be":
      return decodeUtf16(body, name === "utf-16be");
    default:
      return decodeUtf32(body, name === "utf-32be");
  }
}

function decodeUtf16(bytes: Uint8Array, isBigEndian: boolean): string {
  const units = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  if (isBigEndian) units.swap16();
  return units.toString("utf16le").toWellFormed() + (bytes.length % 2 === 0 ? "" : REPLACEMENT);
}

function decodeUtf32(bytes: Uint8Array, isBigEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = view.getUint32(at, !isBigEndian);
    parts.push(code > 0x10ffff ? REPLACEMENT : String.fromCodePoint(code));
  }
  if (bytes.length % 4 !== 0) parts.push(REPLACEMENT);
  return parts.join("").toWellFormed();
}

const REPLACEMENT = "\uFFFD";
