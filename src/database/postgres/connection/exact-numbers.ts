import type { NumberForm } from "../../shared/row-codec.ts";

const bits = new DataView(new ArrayBuffer(8));

/**
 * Selects a floating-point number as its 64 bits. As text, the server would round it to the digits
 * that `extra_float_digits` of the server, the database, the role or the session allows.
 */
export const EXACT_NUMBERS: NumberForm = {
  select: (column) => `encode(float8send(${column}::float8), 'hex')`,
  decode(value) {
    if (typeof value !== "string" || value.length !== 16) return value;
    bits.setUint32(0, Number.parseInt(value.slice(0, 8), 16));
    bits.setUint32(4, Number.parseInt(value.slice(8), 16));
    return bits.getFloat64(0);
  },
};
