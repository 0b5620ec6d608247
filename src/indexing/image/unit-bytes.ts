/**
 * Texts as bytes in the same order as the texts. Each UTF-16 unit is written by itself, as one to
 * three bytes, as UTF-8 writes a code point of that number. ASCII takes one byte a character. Every
 * string comes back unchanged, even with half a surrogate pair.
 */
export const MAX_BYTES_PER_UNIT = 3;

/**
 * Writes `text` at `at`. Precondition: there is room for three bytes per unit. Returns the offset
 * after the text.
 */
export function encodeUnits(text: string, bytes: Uint8Array, at: number): number {
  let end = at;
  for (let offset = 0; offset < text.length; offset++) {
    const unit = text.charCodeAt(offset);
    if (unit < 0x80) bytes[end++] = unit;
    else if (unit < 0x800) {
      bytes[end++] = 0xc0 | (unit >>> 6);
      bytes[end++] = 0x80 | (unit & 0x3f);
    } else {
      bytes[end++] = 0xe0 | (unit >>> 12);
      bytes[end++] = 0x80 | ((unit >>> 6) & 0x3f);
      bytes[end++] = 0x80 | (unit & 0x3f);
    }
  }
  return end;
}

const decoder = new TextDecoder();
/** Joining up to this many bytes by hand is faster than calling the decoder. */
const FEW_BYTES = 12;
/** The length of an argument list is limited. */
const PART = 4_096;

/**
 * The text of the bytes from `from` to `to`. Precondition: the bytes are not shared memory. The
 * decoder refuses shared memory in some versions of Node: pass a copy.
 */
export function decodeUnits(bytes: Uint8Array, from: number, to: number): string {
  let isAscii = true;
  for (let at = from; at < to && isAscii; at++) isAscii = (bytes[at] as number) < 0x80;
  if (isAscii && to - from > FEW_BYTES) return decoder.decode(bytes.subarray(from, to));
  let text = "";
  const units: number[] = [];
  for (let at = from; at < to;) {
    const first = bytes[at++] as number;
    if (first < 0x80) units.push(first);
    else if (first < 0xe0) units.push(((first & 0x1f) << 6) | ((bytes[at++] as number) & 0x3f));
    else {
      units.push(((first & 0x0f) << 12) | (((bytes[at] as number) & 0x3f) << 6) | ((bytes[at + 1] as number) & 0x3f));
      at += 2;
    }
    if (units.length < PART && at < to) continue;
    text += String.fromCharCode(...units);
    units.length = 0;
  }
  return text;
}
