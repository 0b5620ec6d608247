/** How many bytes `writeVarint` takes for an unsigned 32-bit integer: 1 below 128, 2 below 16,384, at most 5. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Writes seven bits a byte, the lowest first, the top bit set where another byte follows; returns where it ends. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let end = at;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes[end++] = rest | 0x80;
  bytes[end++] = rest;
  return end;
}

/** Reads varints one after another. Made to be kept and pointed elsewhere: lists are too short to pay for a reader each. */
export class VarintReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** Where the next varint begins. */
  get at(): number {
    return this.#at;
  }

  moveTo(bytes: Uint8Array, at: number): void {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** Goes past bytes that are no varints. */
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
