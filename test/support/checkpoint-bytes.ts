/** Bytes that no other seed has, in whose parts none is like another. */
export function checkpointBytes(length: number, seed: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let at = 0, state = seed * 2 + 1; at < words.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    words[at] = state ^ (state >>> 15);
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** Whether a checkpoint that was read has exactly the bytes of that seed. */
export function hasCheckpointBytes(bytes: SharedArrayBuffer, seed: number): boolean {
  return Buffer.from(bytes).equals(checkpointBytes(bytes.byteLength, seed));
}
