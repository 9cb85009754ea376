const SPECIAL = ['<s>', '<pad>', '</s>', '<unk>'];
const PIECES = 250_002;
const HANGUL = Array.from({ length: 11_172 }, (_, i) => String.fromCodePoint(0xac00 + i));
const LATIN = Array.from('etaoinshrdlucmfwypvbgkqjxz');

/**
 * Generates a unigram tokenizer.json of XLM-RoBERTa's size and form, used where the real one is missing. Its pieces are
 * all Hangul syllables, pairs of syllables, and combinations of Latin letters; the combinations also begin words.
 */
export function generateTokenizer(): Buffer {
  const pieces = new Set([
    '▁',
    ...Array.from({ length: 94 }, (_, i) => String.fromCodePoint(33 + i)),
    ...HANGUL,
  ]);
  for (const piece of candidates()) {
    if (pieces.size === PIECES - SPECIAL.length - 1) break;
    pieces.add(piece);
  }
  const vocab = Array.from(pieces, (piece, i) => [piece, -3 - 1.4 * Math.log(i + 2)]);
  return Buffer.from(
    JSON.stringify({
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: specialTokens(),
      normalizer: null,
      pre_tokenizer: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
      post_processor: postProcessor(),
      decoder: { type: 'Metaspace', replacement: '▁', add_prefix_space: true },
      model: {
        type: 'Unigram',
        unk_id: 3,
        vocab: [...SPECIAL.map((piece) => [piece, 0]), ...vocab, ['<mask>', 0]],
      },
    }),
  );
}

function postProcessor(): object {
  return {
    type: 'TemplateProcessing',
    single: [special('<s>'), sequence('A'), special('</s>')],
    pair: [special('<s>'), sequence('A'), special('</s>'), special('</s>'), sequence('B'), special('</s>')],
    special_tokens: {
      '<s>': { id: '<s>', ids: [SPECIAL.indexOf('<s>')], tokens: ['<s>'] },
      '</s>': { id: '</s>', ids: [SPECIAL.indexOf('</s>')], tokens: ['</s>'] },
    },
  };
}

function special(id: string): object {
  return { SpecialToken: { id, type_id: 0 } };
}

function sequence(id: string): object {
  return { Sequence: { id, type_id: 0 } };
}

function specialTokens(): object[] {
  return [...SPECIAL, '<mask>'].map((content, i) => ({
    id: i < SPECIAL.length ? i : PIECES - 1,
    content,
    single_word: false,
    lstrip: content === '<mask>',
    rstrip: false,
    normalized: false,
    special: true,
  }));
}

/** Short pieces first: shorter pieces get higher scores, as in trained vocabularies. */
function* candidates(): Generator<string> {
  for (const first of LATIN) for (const second of LATIN) yield* withStart(first + second);
  for (const first of LATIN) {
    for (const second of LATIN) for (const third of LATIN) yield* withStart(first + second + third);
  }
  for (let i = 0; ; i += 1) {
    const first = HANGUL[(i * 28) % HANGUL.length] ?? '';
    const second = HANGUL[(i * 131 + Math.floor(i / 399)) % HANGUL.length] ?? '';
    yield* withStart(first + second);
  }
}

function* withStart(piece: string): Generator<string> {
  yield piece;
  yield `▁${piece}`;
}
