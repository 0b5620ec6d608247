/**
 * Guesses the East Asian encoding of bytes that are not UTF-8. Returns `undefined` if no encoding
 * is likely. The guess matters for more than names: in Shift-JIS, Big5 and GBK, the second byte of
 * a character may be a backslash or a quote of ASCII.
 *
 * An encoding is likely if every byte decodes, and if most characters are among those that texts in
 * it consist of. Letters of European single-byte encodings fail one of these two tests: they are
 * alone, or they form pairs of rare characters.
 */
export function guessEastAsian(bytes: Uint8Array): string | undefined {
  const found = CANDIDATES.find(({ decoder, isLikely }) => {
    const pairs = readPairs(bytes, decoder);
    return pairs !== undefined && pairs.count >= MIN_CHARACTERS && isLikely(pairs) && decodes(bytes, decoder);
  });
  return found?.decoder;
}

/**
 * Returns true if bytes are text in ISO-2022-JP. Such a text is plain ASCII. Only its escapes show
 * what it means.
 */
export function isIso2022Jp(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (buffer.includes("\x1b$B") || buffer.includes("\x1b$@")) && decodes(bytes, "iso-2022-jp");
}

/** The counts of the two-byte characters in a text. */
interface Pairs {
  readonly count: number;
  /**
   * How many of the pairs cannot be a European character and an ASCII letter: in most, the second
   * byte is beyond ASCII.
   */
  readonly strong: number;
  /**
   * `kana`: how many have a first byte of Japanese syllables in EUC-JP. `lowLead`: how many have a
   * first byte of common characters in Shift-JIS.
   */
  readonly kana: number;
  readonly lowLead: number;
  /**
   * How many have a first byte of Korean syllables in EUC-KR (`hangul`), of common characters in
   * GBK, of common characters in Big5.
   */
  readonly hangul: number;
  readonly commonHanzi: number;
  readonly commonBig5: number;
}

interface Candidate {
  readonly decoder: string;
  readonly isLikely: (pairs: Pairs) => boolean;
}

const MIN_CHARACTERS = 2;

/** The order matters: each encoding would also accept texts in the encodings before it. */
const CANDIDATES: readonly Candidate[] = [
  { decoder: "euc-jp", isLikely: ({ count, strong, kana }) => strong === count && kana * 5 >= count },
  { decoder: "shift_jis", isLikely: ({ count, strong, lowLead }) => lowLead * 3 >= count * 2 && strong * 4 >= count },
  { decoder: "euc-kr", isLikely: ({ count, strong, hangul }) => strong === count && hangul * 10 >= count * 9 },
  { decoder: "gbk", isLikely: ({ count, strong, commonHanzi }) => strong * 10 >= count * 9 && commonHanzi * 4 >= count * 3 },
  { decoder: "big5", isLikely: ({ count, strong, commonBig5 }) => strong * 4 >= count && commonBig5 * 4 >= count * 3 },
];

function readPairs(bytes: Uint8Array, decoder: string): Pairs | undefined {
  const pairs = { count: 0, strong: 0, kana: 0, lowLead: 0, hangul: 0, commonHanzi: 0, commonBig5: 0 };
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at]!;
    // In Shift-JIS, half-width katakana are one byte. The same bytes are European letters, which
    // are too common to prove anything.
    if (lead < 0x80 || (decoder === "shift_jis" && lead >= 0xa0 && lead <= 0xdf)) continue;
    const trail = bytes[++at];
    if (trail === undefined || trail < 0x40) return undefined;
    // The second byte of a katakana syllable is often an ASCII letter, but its first byte is hardly
    // ever a European character.
    if (trail >= 0x80 || (decoder === "shift_jis" && (lead === 0x81 || lead === 0x83))) pairs.strong++;
    if (decoder === "shift_jis" && lead >= 0xf0 && lead <= 0xf9) return undefined;
    pairs.count++;
    if (lead === 0xa4 || lead === 0xa5) pairs.kana++;
    if (lead <= 0x9f) pairs.lowLead++;
    if (lead >= 0xb0 && lead <= 0xc8) pairs.hangul++;
    if ((lead >= 0xb0 && lead <= 0xd7) || (lead >= 0xa1 && lead <= 0xa3)) pairs.commonHanzi++;
    if (lead >= 0xa1 && lead <= 0xc6) pairs.commonBig5++;
  }
  return pairs;
}

function decodes(bytes: Uint8Array, decoder: string): boolean {
  try {
    new TextDecoder(decoder, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
