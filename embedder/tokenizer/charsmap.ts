/** Mask of a leaf unit's offset into the replacements. */
const VALUE = 0x7fff_ffff;
/** Mask of a unit's label: its byte and the bit that marks a leaf. */
const LABEL = 0x8000_00ff;
const HAS_LEAF = 0x100;
/** A grapheme cluster of at least so many UTF-8 bytes is looked up by code points only. */
const MAX_CLUSTER_BYTES = 6;

/**
 * Code points that may join a neighbour into one grapheme cluster (Unicode Annex 29): marks, flags, skin tones,
 * CR LF, the zero-width joiner, Hangul jamo, prepended signs, Thai and Lao AM. A text without any of them needs no
 * segmentation.
 */
const JOINING = new RegExp(
  [
    '[\\p{M}\\p{Grapheme_Extend}\\p{Emoji_Modifier}\\p{Regional_Indicator}\\r\\u200D',
    '\\u1100-\\u11FF\\uA960-\\uA97F\\uD7B0-\\uD7FF\\u0E33\\u0EB3',
    '\\u0600-\\u0605\\u06DD\\u070F\\u0890\\u0891\\u08E2\\u0D4E\\u{110BD}\\u{110CD}\\u{111C2}\\u{111C3}',
    '\\u{1193F}\\u{11941}\\u{11A3A}\\u{11A84}-\\u{11A89}\\u{11D46}\\u{11F02}]',
  ].join(''),
  'u',
);
const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Creates the `Precompiled` normalizer of SentencePiece models: a double-array trie (darts-clone) from UTF-8 sequences
 * to replacements, mostly NFKC. The result equals that of the native `tokenizers` 0.23: it looks up grapheme clusters
 * first, then code points, and takes the shortest entry that is a prefix of the sequence.
 * @param base64 `precompiled_charsmap` of a tokenizer.json; an empty one changes nothing
 * @throws Error when it is not a charsmap
 */
export function createCharsmap(base64: string): (text: string) => string {
  if (base64 === '') return (text) => text;
  const trie = new CharsmapTrie(Buffer.from(base64, 'base64'));
  const replacements = new Map<string, string>();
  /** By UTF-16 unit: 0 not looked up yet, 1 unchanged, 2 replaced. Surrogates are always looked up as pairs. */
  const known = new Uint8Array(0x1_0000);

  function replaceCodePoint(codePoint: string): string {
    const found = replacements.get(codePoint) ?? trie.find(codePoint) ?? codePoint;
    if (codePoint.length > 1) return found;
    known[codePoint.charCodeAt(0)] = found === codePoint ? 1 : 2;
    if (found !== codePoint) replacements.set(codePoint, found);
    return found;
  }
  const replaceEach = (text: string) => {
    let out = '';
    for (const codePoint of text) {
      out += known[codePoint.charCodeAt(0)] === 1 ? codePoint : replaceCodePoint(codePoint);
    }
    return out;
  };
  return (text) => {
    if (!JOINING.test(text)) return replaceEach(text);
    let out = '';
    for (const { segment } of clusters.segment(text)) {
      const whole = Buffer.byteLength(segment) < MAX_CLUSTER_BYTES ? trie.find(segment) : undefined;
      out += whole ?? replaceEach(segment);
    }
    return out;
  };
}

/** The trie: darts-clone's units (32 bits each), then the replacements, each terminated by a zero byte. */
class CharsmapTrie {
  readonly #units: Uint32Array;
  readonly #texts: Buffer;
  readonly #key = new Uint8Array(64);

  constructor(bytes: Buffer) {
    const size = bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
    if (size === 0 || size % 4 !== 0 || size + 4 > bytes.length) {
      throw new Error('tokenizer.json: `precompiled_charsmap` is damaged.');
    }
    this.#units = Uint32Array.from({ length: size / 4 }, (_, i) => bytes.readUInt32LE(4 + i * 4));
    this.#texts = bytes.subarray(4 + size);
  }

  /** The replacement of the shortest entry that is a prefix of the text. */
  find(text: string): string | undefined {
    const { written } = new TextEncoder().encodeInto(text, this.#key);
    let at = offsetOf(this.#unit(0));
    for (const byte of this.#key.subarray(0, written)) {
      if (byte === 0) return undefined;
      at ^= byte;
      const unit = this.#unit(at);
      if ((unit & LABEL) >>> 0 !== byte) return undefined;
      at ^= offsetOf(unit);
      if (unit & HAS_LEAF) return this.#textAt(this.#unit(at) & VALUE);
    }
    return undefined;
  }

  #unit(at: number): number {
    return this.#units[at] ?? 0;
  }

  #textAt(start: number): string {
    return this.#texts.toString('utf8', start, this.#texts.indexOf(0, start));
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}
