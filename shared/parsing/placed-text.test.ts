import type { TextLine } from '#shared/core/box.ts';
import { normalizeText } from './normalize.ts';
import { followText, type PlacedText } from './placed-text.ts';

const BOX = { page: 1, left: 0, top: 0, width: 1, height: 0.1 };

function place(text: string, ...parts: string[]): PlacedText {
  const lines = parts.map((part): TextLine => {
    const start = text.indexOf(part);
    return { start, end: start + part.length, box: BOX };
  });
  return { text, lines };
}

function partsOf({ text, lines }: PlacedText): string[] {
  return lines.map(({ start, end }) => text.slice(start, end));
}

describe('lines follow their text when it is normalised', () => {
  test.each([
    [
      'spaces',
      '  가나\u00a0\u00a0다  라\n\n마바 ',
      ['가나\u00a0\u00a0다', '라', '마바'],
      ['가나 다', '라', '마바'],
    ],
    [
      'composition',
      '한글 문서'.normalize('NFD'),
      ['한글', '문서'].map((s) => s.normalize('NFD')),
      ['한글', '문서'],
    ],
    ['invisible characters', '\ufeffa\u00adb\u200b c\u202ed', ['a\u00adb', 'c\u202ed'], ['ab', 'cd']],
    ['surrogates', '🤖🤖  x\ud800y', ['🤖🤖', 'x\ud800y'], ['🤖🤖', 'x\ufffdy']],
  ])('%s', (_, text, parts, expected) => {
    expect(partsOf(followText(place(text, ...parts), normalizeText(text, 'paragraph')))).toEqual(expected);
  });

  test('a line of which nothing is left is dropped', () => {
    expect(partsOf(followText(place('a \u200b b', 'a', '\u200b', 'b'), 'a b'))).toEqual(['a', 'b']);
  });
});
