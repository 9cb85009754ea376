import { excerpt, markWords } from './marked-words.ts';

function marked(text: string, query: string): string[] {
  return markWords(text, query)
    .filter(({ isMarked }) => isMarked)
    .map((part) => part.text);
}

test('words of the query are marked in any case', () => {
  expect(marked('The Emergency stop. Stop it.', 'emergency STOP')).toEqual(['Emergency', 'stop', 'Stop']);
});

test('all parts together are the text', () => {
  const text = '연차 휴가는 15일입니다.';
  expect(
    markWords(text, '휴가는 며칠?')
      .map((part) => part.text)
      .join(''),
  ).toBe(text);
});

test('a Korean word is found without its particle', () => {
  expect(marked('연차 휴가를 준다', '휴가는')).toEqual(['휴가']);
});

test('a Korean word is marked in every form that stands in the text', () => {
  expect(marked('연차휴가는 15일이다. 휴가를 신청한다.', '휴가는')).toEqual(['휴가는', '휴가']);
});

test('one syllable that is left of a word is not marked', () => {
  expect(marked('휴일에는 쉰다', '휴가')).toEqual([]);
});

test('words that are everywhere are not marked, and longer ones also in their plural', () => {
  expect(marked('how fast in speed zones', 'How fast in a zone')).toEqual(['fast', 'zone']);
});

test('a Latin word is not marked within another', () => {
  expect(marked('start the art, an artist', 'art')).toEqual(['art']);
});

test('signs of patterns in a query are no patterns', () => {
  expect(marked('a (b) c++', '(.*) c++ [')).toEqual([]);
  expect(marked('version 1.5', '1.5')).toEqual(['1', '5']);
});

test('a short text is its own excerpt', () => {
  expect(excerpt('Short text.', 'text')).toBe('Short text.');
});

test('an excerpt has no empty lines', () => {
  expect(excerpt('제9조\n\n① 회사는 준다.', '회사')).toBe('제9조 ① 회사는 준다.');
});

test('an excerpt holds the densest words and says where it is cut', () => {
  const text = `robot ${'filler words '.repeat(60)}the robot may go in a yellow zone ${'more filler '.repeat(60)}`;
  const cut = excerpt(text, 'robot yellow zone');
  expect(cut).toContain('yellow zone');
  expect(cut.startsWith('… ')).toBe(true);
  expect(cut.endsWith(' …')).toBe(true);
  expect(cut.length).toBeLessThan(300);
});

test('a text without spaces is cut too', () => {
  expect(excerpt('가'.repeat(1_000), '나').length).toBeLessThan(300);
});
