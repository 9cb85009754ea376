import { Tokenizer } from '@huggingface/tokenizers';
import { createTokenizer } from '#embedder/tokenizer/tokenizer.ts';
import { generateTokenizer } from '../../bench/embedder/full-size-tokenizer.ts';

test('the benchmark’s generated tokenizer gives the library’s ids for Korean and English', () => {
  const file = JSON.parse(String(generateTokenizer())) as { model: { vocab: [string, number][] } };
  const pieces = file.model.vocab.map(([piece]) => piece);
  const config = { tokenizer_class: 'XLMRobertaTokenizer' };
  const tokenizer = createTokenizer({ file, config, maxTokens: 512 });
  const library = new Tokenizer(file, config);
  expect([pieces.length, new Set(pieces).size, tokenizer.largestId]).toEqual([250_002, 250_002, 250_001]);
  for (const text of [
    'passage: hello world',
    'query: 연차휴가는 서울본사에서 며칠인가요?',
    'The quick brown fox, 2024! 漢字 \u{1F600}',
    'Ａ①  two  spaces',
  ]) {
    const { ids } = tokenizer.encode(text, '');
    expect(Array.from(ids)).toEqual(library.encode(text).ids);
    expect(ids.filter((id) => id > 4).length).toBeGreaterThan(2);
  }
  expect(Array.from(tokenizer.encodePair('안녕', 'hello').ids)).toEqual(
    library.encode('안녕', { text_pair: 'hello' }).ids,
  );
});
