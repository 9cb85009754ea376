import { createTokenizer, type TextTokenizer } from '#embedder/tokenizer/tokenizer.ts';
import { buildTinyModel, TINY_PIECES } from '#tests/support/models/tiny-model.ts';
import { TINY_BPE, TINY_WORDPIECE } from '#tests/support/models/tiny-tokenizers.ts';

const { files } = buildTinyModel();
const file: unknown = JSON.parse(String(files.get('tokenizer.json')));
const config: unknown = JSON.parse(String(files.get('tokenizer_config.json')));

function tokenizer(maxTokens = 64): TextTokenizer {
  return createTokenizer({ file, config, maxTokens });
}

function piecesOf(text: string, { prefix = '', maxTokens = 64 } = {}): (string | undefined)[] {
  return Array.from(tokenizer(maxTokens).encode(text, prefix).ids, (id) => TINY_PIECES[id]);
}

test('a text is split into the best pieces, between the special tokens of the template', () => {
  expect(piecesOf('hello world')).toEqual(['<s>', '▁hello', '▁world', '</s>']);
  expect(piecesOf('', {})).toEqual(['<s>', '</s>']);
});

test.each(['<s>', '</s>', '<pad>', '<unk>', '<mask>'])('a literal %s in a text stays text', (literal) => {
  const pieces = piecesOf(`hello ${literal} world ${literal}`);
  expect(pieces.slice(1, -1)).not.toContain(literal);
  expect(pieces.at(-1)).toBe('</s>');
  expect(pieces.slice(2, -2).join('')).toContain(Array.from(literal).slice(0, 2).join(''));
});

test('Korean in NFD, as macOS writes it, gives the same tokens', () => {
  expect(piecesOf('안녕하세요'.normalize('NFD'))).toEqual(['<s>', '▁안녕', '하세요', '</s>']);
});

test('lone surrogates and control characters neither throw nor become special tokens', () => {
  for (const text of ['\uD83D', 'a\uDC00b', '\uD800<s>', '\uD800</s> hello', '\u0000\u0001']) {
    const { ids } = tokenizer().encode(text, '');
    expect(Array.from(ids.slice(1, -1)).filter((id) => id < 3 || TINY_PIECES[id] === '<mask>')).toEqual([]);
  }
});

test('a text that fills the window exactly is not cut; one token more is cut and reported', () => {
  const six = 'hello '.repeat(6).trim();
  expect(tokenizer(8).encode(six, '')).toMatchObject({ tokens: 8, overflow: false });
  expect(tokenizer(8).encode(`${six} world`, '')).toMatchObject({ tokens: 8, overflow: true });
  expect(piecesOf(`${six} world`, { maxTokens: 8 })).toEqual(['<s>', ...Array(6).fill('▁hello'), '</s>']);
});

test('a very long text gives the same first tokens in a small and in a large window', () => {
  const long = 'hello world 은행에 서 '.repeat(5_000);
  const [window, whole] = [tokenizer(32), tokenizer(1_000_000)].map((one) => one.encode(long, 'query: '));
  expect(window!.ids.slice(0, -1)).toEqual(whole!.ids.slice(0, 31));
  expect(window!.overflow).toBe(true);
});

test('a long text of few tokens is read to its end', () => {
  const unknown = '\u{1F600}'.repeat(3_000);
  const { ids, overflow } = tokenizer(32).encode(`${unknown} hello`, '');
  expect(overflow).toBe(false);
  expect(TINY_PIECES[ids.at(-2)!]).toBe('▁hello');
});

test('a word of 100,000 letters is counted', () => {
  expect(tokenizer().count('z'.repeat(100_000))).toBeGreaterThanOrEqual(100_000);
});

test('counts leave out prefix and special tokens', () => {
  expect(tokenizer().count('hello world')).toBe(2);
  expect(tokenizer().count('')).toBe(0);
});

function createFrom(broken: unknown) {
  return () => createTokenizer({ file: broken, config, maxTokens: 8 });
}

test('a file that is not a tokenizer is refused with the reason', () => {
  expect(createFrom(null)).toThrow('tokenizer.json is not a JSON object');
  expect(createFrom({ model: {} })).toThrow('`model` or `added_tokens` is missing');
  expect(createFrom({ ...(file as object), added_tokens: [] })).toThrow(
    "its template uses '<s>', which has no id",
  );
});

describe('other families, by the library; the ids are those of the native tokenizers 0.23', () => {
  const piecesBy = ({ pieces, ...options }: typeof TINY_BPE, text: string) => {
    const { ids } = createTokenizer({ ...options, maxTokens: 64 }).encode(text, '');
    return Array.from(ids, (id) => pieces[id]).join(' ');
  };

  test.each([
    ['hello world', '[CLS] hello world [SEP]'],
    ['Hello unbelievable WORLD!', '[CLS] hello un ##believ ##able world ! [SEP]'],
    ['휴가는 며칠인가요?', '[CLS] 휴가 ##는 며칠 ##인 ##가요 ? [SEP]'],
    ['휴가는'.normalize('NFD'), '[CLS] 휴가 ##는 [SEP]'],
    ['☕ hello', '[CLS] [UNK] hello [SEP]'],
  ])('WordPiece: %s', (text, pieces) => {
    expect(piecesBy(TINY_WORDPIECE, text)).toBe(pieces);
  });

  test.each([
    ['hello world', '<s> hello Ġworld </s>'],
    ['hello  world\n', '<s> hello Ġ Ġworld Ċ </s>'],
    ['휴', '<s> í ľ ´ </s>'],
  ])('BPE: %j', (text, pieces) => {
    expect(piecesBy(TINY_BPE, text)).toBe(pieces);
  });

  test('a literal special token stays text', () => {
    expect(piecesBy(TINY_WORDPIECE, '[CLS] hello [SEP]')).toBe('[CLS] [ cl ##s ] hello [ s ##e ##p ] [SEP]');
    expect(piecesBy(TINY_BPE, '</s> hello <s>')).toBe('<s> < / s > Ġhello Ġ < s > </s>');
  });

  test('a special token is no piece of a word either, where the text is not split at brackets', () => {
    const file = { ...TINY_WORDPIECE.file, pre_tokenizer: { type: 'WhitespaceSplit' }, normalizer: null };
    expect(piecesBy({ ...TINY_WORDPIECE, file }, '[MASK]')).toBe('[CLS] [UNK] [SEP]');
  });

  test('pairs have the frame of each family', () => {
    const pair = ({ pieces, ...options }: typeof TINY_BPE) => {
      const { ids } = createTokenizer({ ...options, maxTokens: 64 }).encodePair('hello', 'hello');
      return Array.from(ids, (id) => pieces[id]).join(' ');
    };
    expect(pair(TINY_WORDPIECE)).toBe('[CLS] hello [SEP] hello [SEP]');
    expect(pair(TINY_BPE)).toBe('<s> hello </s> </s> hello </s>');
  });
});
