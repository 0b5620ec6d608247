/**
 * A hash that is built up from words of two UTF-16 units each. The multiplier and the start differ from process to
 * process, so that nobody can prepare names of files or functions that all meet in one place of a table (law 12).
 * Nothing that is handed out depends on it.
 */
export const HASH_START: number = randomWord();
const MULTIPLIER = randomWord() | 1;

export function hashWord(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, MULTIPLIER);
  return product ^ (product >>> 15);
}

/** The hash of a whole text, from `start` on. */
export function hashText(text: string, start: number = HASH_START): number {
  let hash = start;
  let at = 1;
  for (; at < text.length; at += 2) hash = hashWord(hash, text.charCodeAt(at - 1) | (text.charCodeAt(at) << 16));
  return at === text.length ? hashWord(hash, text.charCodeAt(at - 1)) : hash;
}

function randomWord(): number {
  return Math.floor(Math.random() * 2 ** 32) | 0;
}
