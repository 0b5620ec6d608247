/**
 * How many identities there are for each record that fits in memory. With so many, few of the
 * recently used records share an identity.
 */
const IDENTITIES_PER_ITEM = 16;
const LEAST_BITS = 12;

/** How many bits an identity has if `maxItems` records fit in memory. */
export function identityBitsFor(maxItems: number): number {
  return Math.max(LEAST_BITS, Math.ceil(Math.log2(IDENTITIES_PER_ITEM * maxItems)));
}

/**
 * The number by which an eviction strategy remembers a record after it was evicted. It is the same
 * each time that the record is loaded. Two records rarely share a number.
 */
export function identityOf(path: string, bits: number): number {
  return hashOf(path) >>> (32 - bits);
}

/**
 * Hashes two UTF-16 units at a time. The multiplier and the start are random in each process, so
 * that nobody can choose file names which all have the same identity (law 12). No answer depends on
 * the hash.
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
