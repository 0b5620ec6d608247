/**
 * How many bytes `writeVarint` needs for an unsigned 32-bit integer: 1 below 128, 2 below 16,384,
 * at most 5.
 */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/**
 * Writes seven bits per byte, the lowest first. The top bit is set if another byte follows. Returns
 * the offset after the number.
 */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes[end++] = rest | 0x80;
  bytes[end++] = rest;
  return end;
}

/**
 * Reads varints one after another. Keep one reader and move it: lists are too short to pay for a
 * new reader each.
 */
export class VarintReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** The offset of the next varint. */
  get at(): number {
    return this.#at;
  }

  moveTo(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Skips bytes that are not varints. */
  skip(bytes: number): void {
    this.#at += bytes;
  }

  next(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++] ?? 0;
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return value >>> 0;
  }
}
