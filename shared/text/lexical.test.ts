import { countTerms, lexicalTokens } from './lexical.ts';
import { stem } from './stem.ts';

describe('lexical tokens', () => {
  test('Hangul becomes syllable bigrams, so that a particle does not hide a word', () => {
    expect(lexicalTokens('연차휴가는')).toEqual(['연차', '차휴', '휴가', '가는']);
    expect(lexicalTokens('휴가를')).toContain('휴가');
  });

  test('a single syllable stays', () => {
    expect(lexicalTokens('총 칙')).toEqual(['총', '칙']);
  });

  test('decomposed Korean gives the same terms as composed', () => {
    expect(lexicalTokens('보안 규정'.normalize('NFD'))).toEqual(lexicalTokens('보안 규정'));
  });

  test('numbers stay, and thousands separators do not matter', () => {
    expect(lexicalTokens('1,234,500 and 3.5')).toEqual(['1234500', '3.5']);
    expect(lexicalTokens('1234')).toEqual(lexicalTokens('1,234'));
  });

  test('a number is also a term together with its counter', () => {
    expect(lexicalTokens('제3조에 따라 15일을')).toEqual(
      expect.arrayContaining(['3', '제3조', '15', '15일']),
    );
    expect(lexicalTokens('50,000원')).toContain('50000원');
  });

  test('a jointed word gives its parts and the whole as terms', () => {
    expect(lexicalTokens('GPT-4')).toEqual(['gpt', '4', 'gpt4']);
    expect(lexicalTokens('GPT4')).toEqual(['gpt4']);
    expect(lexicalTokens('e-mail')).toEqual(['e', 'mail', 'email']);
    expect(lexicalTokens('HR-200 모델')).toEqual(['hr', '200', 'hr200', '모델']);
    expect(lexicalTokens('R&D')).toContain('rd');
  });

  test('Latin words are separated from adjacent Hangul', () => {
    expect(lexicalTokens('VPN을')).toEqual(['vpn', '을']);
    expect(lexicalTokens('회사VPN')).toEqual(['회사', 'vpn']);
  });

  test('programming languages keep their signs', () => {
    expect(lexicalTokens('C++ or C#')).toEqual(['c++', 'c#']);
  });

  test('inflections of an English word share one term, stop words are dropped', () => {
    expect(lexicalTokens('the requests were approved')).toEqual(lexicalTokens('Request: approving'));
    expect(lexicalTokens("the company's policies")).toEqual(lexicalTokens('company policy'));
  });

  test('units are found with and without their number', () => {
    expect(lexicalTokens('15mm')).toEqual(['15mm', '15', 'mm']);
  });

  test('full-width letters become ASCII, accents are removed', () => {
    expect(lexicalTokens('ＧＰＴ Café')).toEqual(lexicalTokens('gpt cafe'));
  });

  test('Chinese and Japanese become bigrams', () => {
    expect(lexicalTokens('人工知能')).toEqual(['人工', '工知', '知能']);
    expect(lexicalTokens('ロボット')).toEqual(['ロボ', 'ボッ', 'ット']);
  });

  test('words of other scripts stay whole', () => {
    expect(lexicalTokens('Привет мир')).toEqual(['привет', 'мир']);
  });

  test('text without a word has no terms, and words over 64 characters are cut', () => {
    expect(lexicalTokens(' … !? -- 🤖 ')).toEqual([]);
    expect(lexicalTokens('x'.repeat(10_000))).toEqual(['x'.repeat(64)]);
  });

  test('countTerms counts repetitions', () => {
    expect(countTerms(['a', 'b', 'a'])).toEqual(
      new Map([
        ['a', 2],
        ['b', 1],
      ]),
    );
  });
});

describe('light English stemming', () => {
  test.each([
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['agreed', 'agre'],
    ['feed', 'feed'],
    ['plastered', 'plaster'],
    ['motoring', 'motor'],
    ['sing', 'sing'],
    ['hopping', 'hop'],
    ['falling', 'fall'],
    ['filing', 'file'],
    ['happy', 'happi'],
    ['sky', 'sky'],
    ['rate', 'rate'],
    ['controlling', 'control'],
    ['bus', 'bus'],
  ])('%s → %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });
});
