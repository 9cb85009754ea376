import { normalizeText } from './normalize.ts';

describe('normalised text', () => {
  test.each([
    ['code', '\n\n  a \t\n\n\n\n\tb  c\u00a0 \n ', '  a\n\n  b  c'],
    ['list', '\n- a   b  \n\n  - c \n', '- a b\n  - c'],
    ['paragraph', '\n  a   b  \n\n\n  c \u3000\n', 'a b\nc'],
    ['table', ' a  | b \n c |  d', 'a | b\nc | d'],
    ['heading', ' a \n\t b ', 'a b'],
  ] as const)('%s', (kind, text, normal) => expect(normalizeText(text, kind)).toBe(normal));

  test.each(['\t', ' ', '\u00a0', '\u3000'])('keeps a long run of %j inside a line of code', (blank) => {
    const text = normalizeText(`a${blank.repeat(800_000)}b`, 'code');
    expect(text).toBe(`a${blank.replace('\t', '  ').repeat(800_000)}b`);
  });
});
