/**
 * tokenizer.json files of the two families that the library tokenizes, small enough to read: WordPiece as BERT has it,
 * and byte-level BPE as RoBERTa has it.
 */
export type TinyTokenizer = {
  /** Token ids are positions in this list. */
  pieces: string[];
  file: object;
  config: object;
};

const PUNCTUATION = Array.from(".,!?:<>[]/'");
const LATIN = Array.from('abcdefghijklmnopqrstuvwxyz');

const WORDPIECE = [
  ...'[PAD] [UNK] [CLS] [SEP] [MASK]'.split(' '),
  ...'hello world query passage un ##believ ##able cl ##s 휴가 ##는 ##가 며칠 ##인 ##가요'.split(' '),
  ...PUNCTUATION,
  ...LATIN,
  ...LATIN.map((letter) => `##${letter}`),
];

/** Lower-cased WordPiece with `[CLS]` and `[SEP]` around a text. */
export const TINY_WORDPIECE: TinyTokenizer = {
  pieces: WORDPIECE,
  config: { tokenizer_class: 'BertTokenizer', do_lower_case: true },
  file: {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens(WORDPIECE.slice(0, 5)),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: false,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), sequence('A', 0), special('[SEP]')],
      pair: [special('[CLS]'), sequence('A', 0), special('[SEP]'), sequence('B', 1), special('[SEP]')],
      special_tokens: { '[CLS]': specialToken('[CLS]', 2), '[SEP]': specialToken('[SEP]', 3) },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: idsOf(WORDPIECE),
    },
  },
};

/** GPT-2's characters for the bytes: the visible ones of Latin-1 stand for themselves. */
function byteAlphabet(): string[] {
  const isVisible = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++));
}

const MERGES = ['h e', 'l l', 'he ll', 'hell o', 'Ġ w', 'o r', 'Ġw or', 'l d', 'Ġwor ld', 'Ġ hello'];
const BPE = [
  ...'<s> <pad> </s> <unk> <mask>'.split(' '),
  ...byteAlphabet(),
  ...MERGES.map((pair) => pair.replace(' ', '')),
];

/** Byte-level BPE with `<s>` and `</s>` around a text. */
export const TINY_BPE: TinyTokenizer = {
  pieces: BPE,
  config: { tokenizer_class: 'RobertaTokenizer' },
  file: {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specialTokens(BPE.slice(0, 5)),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: {
      type: 'RobertaProcessing',
      sep: ['</s>', 2],
      cls: ['<s>', 0],
      trim_offsets: true,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: idsOf(BPE),
      merges: MERGES,
    },
  },
};

function idsOf(pieces: string[]): Record<string, number> {
  return Object.fromEntries(pieces.map((piece, id) => [piece, id]));
}

function specialTokens(contents: string[]): object[] {
  return contents.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
}

function special(id: string): object {
  return { SpecialToken: { id, type_id: 0 } };
}

function sequence(id: string, typeId: number): object {
  return { Sequence: { id, type_id: typeId } };
}

function specialToken(id: string, tokenId: number): object {
  return { id, ids: [tokenId], tokens: [id] };
}
