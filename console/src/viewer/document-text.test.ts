import { cutAtSpan, joinPassages, locateQuote, splitIntoBlocks } from './document-text.ts';

const TEXT = [
  '취업규칙',
  '제1조(목적)',
  '이 규칙은 휴가를 정한다. 급여는 따로 정한다.',
  '품목 | 가격\n로봇 | 1,000원\n도크 | 200원',
  '- 하나\n- 둘',
  '네. 그렇습니다.',
].join('\n\n');

/** Passages of `TEXT`, each from the start of one part to the end of another. */
function passages(...parts: [from: string, to: string][]) {
  return parts.map(([from, to], i) => {
    const start = TEXT.indexOf(from);
    const end = TEXT.indexOf(to) + to.length;
    return { id: String(i), text: TEXT.slice(start, end), start, end, heading: '취업규칙 > 제1조(목적)' };
  });
}

const overlapping = passages(
  ['취업규칙', '휴가를 정한다.'],
  ['이 규칙은', '도크 | 200원'],
  ['- 하나', '그렇습니다.'],
);

test('a text is put together from overlapping passages, each part once', () => {
  expect(joinPassages(overlapping).text).toBe(TEXT);
});

test('a text is split into headings, paragraphs, tables and lists, with the offsets of each', () => {
  const blocks = splitIntoBlocks(joinPassages(overlapping));
  expect(blocks.map(({ kind }) => kind)).toEqual([
    'heading',
    'heading',
    'paragraph',
    'table',
    'list',
    'paragraph',
  ]);
  for (const { start, text } of blocks) expect(TEXT.slice(start, start + text.length)).toBe(text);
  const table = blocks.find((block) => block.kind === 'table');
  expect(table?.rows.map((row) => row.map(({ text }) => text))).toEqual([
    ['품목', '가격'],
    ['로봇', '1,000원'],
    ['도크', '200원'],
  ]);
  for (const { start, text } of table?.rows.flat() ?? [])
    expect(TEXT.slice(start).startsWith(text)).toBe(true);
});

test('a quote is found in its own passage, with other white space too', () => {
  const place = locateQuote(overlapping, TEXT, { chunkId: '1', quote: '로봇  |\n1,000원' });
  expect(TEXT.slice(place?.start, place?.end)).toBe('로봇 | 1,000원');
});

test('a passage without a quote, or whose quote is not there, is marked as a whole', () => {
  for (const quote of ['', '없는 말']) {
    const place = locateQuote(overlapping, TEXT, { chunkId: '2', quote });
    expect(TEXT.slice(place?.start, place?.end)).toBe(overlapping[2]?.text);
  }
});

test('the quote of a passage that is gone is searched in the whole text', () => {
  const place = locateQuote(overlapping, TEXT, { chunkId: 'gone', quote: '급여는 따로' });
  expect(TEXT.slice(place?.start, place?.end)).toBe('급여는 따로');
  expect(locateQuote(overlapping, TEXT, { chunkId: 'gone', quote: '없는 말' })).toBeNull();
});

test('a text is cut at the ends of what is marked', () => {
  const cut = (start: number, end: number) => cutAtSpan({ start: 10, text: 'abcde' }, { start, end });
  expect(cut(11, 13)).toEqual([
    { text: 'a', isMarked: false },
    { text: 'bc', isMarked: true },
    { text: 'de', isMarked: false },
  ]);
  expect(cut(0, 100)).toEqual([{ text: 'abcde', isMarked: true }]);
  expect(cut(0, 5)).toEqual([{ text: 'abcde', isMarked: false }]);
});
