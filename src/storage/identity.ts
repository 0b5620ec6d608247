/** For each record that memory holds, so many identities: then few of those that were used lately share one. */
const IDENTITIES_PER_ITEM = 16;
const LEAST_BITS = 12;

/** How many bits an identity has if so many records fit in memory. */
export function identityBitsFor(maxItems: number): number {
  return Math.max(LEAST_BITS, Math.ceil(Math.log2(IDENTITIES_PER_ITEM * maxItems)));
}

/** What an eviction strategy remembers a record by when it has left: the same whenever the record comes in again, and seldom another's, too. */
export function identityOf(path: string, bits: number): number {
  return hashOf(path) >>> (32 - bits);
}

/**
 * Two UTF-16 units at a time. The multiplier and the start differ from process to process, so that nobody can prepare names of files that all
 * have one identity (law 12). Nothing that is handed out depends on it.
 */
function hashOf(text: string): number {
  let hash = START;
  let at = 1;
  for (; at < text.length; at += 2) hash = hashWord(hash, text.charCodeAt(at - 1) | (text.charCodeAt(at) << 16));
  return at === text.length ? hashWord(hash, text.charCodeAt(at - 1)) : hash;
}

function hashWord(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, MULTIPLIER);
  return product ^ (product >>> 15);
}

function randomWord(): number {
  return Math.floor(Math.random() * 2 ** 32) | 0;
}

const START = randomWord();
const MULTIPLIER = randomWord() | 1;
