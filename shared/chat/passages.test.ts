import type { Passage } from '#shared/llm/request.ts';
import { citePassage } from '#shared/retrieval/cite-passage.ts';
import { PassageFacts } from '#shared/retrieval/passage-facts.ts';
import { placeQuote } from '#shared/retrieval/quote-place.ts';
import type { SearchHit } from '#shared/retrieval/search.ts';
import { continuesSection, follows, joinChunks, type RunChunk } from './join-chunks.ts';
import { shareDocuments } from './share-documents.ts';

const DOCUMENT = [
  '제4조(휴가)\n\n직원은 1년에 15일의 연차휴가를 받는다. 휴가는 사흘 전까지 신청한다.',
  '반차는 넷으로 나누어 쓸 수 있다. 쓰지 못한 휴가는 소멸한다.',
  '제5조(병가)\n\n병가는 60일까지 쓸 수 있다.',
];
const TEXT = DOCUMENT.join('\n\n');

function chunk(start: number, end: number, more: Partial<RunChunk> = {}): RunChunk {
  return {
    chunk_id: `${more.ordinal ?? 0}`,
    ordinal: 0,
    text: TEXT.slice(start, end),
    start,
    end,
    page: 1,
    heading: '규정 > 제4조(휴가)',
    tokens: 20,
    lines: [],
    document_id: 'd',
    filename: 'rules.md',
    title: 'rules',
    created_at: new Date(0),
    metadata: {},
    rank: 0,
    ...more,
  };
}

const at = (text: string) => ({ start: TEXT.indexOf(text), end: TEXT.indexOf(text) + text.length });
const leave = chunk(0, at('신청한다.').end, { ordinal: 0, rank: 2 });
const rest = chunk(at('휴가는 사흘').start, at('소멸한다.').end, { ordinal: 1, rank: 0, page: 2 });
const sick = chunk(at('제5조').start, TEXT.length, {
  ordinal: 2,
  rank: null,
  heading: '규정 > 제5조(병가)',
  page: 3,
});

describe('successive chunks', () => {
  test('are those of one document whose texts follow each other', () => {
    expect([follows(leave, rest), follows(rest, sick)]).toEqual([true, true]);
    expect(follows(leave, sick)).toBe(false);
    expect(follows(rest, leave)).toBe(false);
    expect(follows(leave, { ...rest, document_id: 'other' })).toBe(false);
    expect(follows(leave, { ...rest, text: `다른 판의 글. ${rest.text}` })).toBe(false);
  });

  test('go on with a section unless a heading begins', () => {
    expect(continuesSection(leave, rest)).toBe(true);
    expect(continuesSection(rest, sick)).toBe(false);
    const apart = { ...rest, start: leave.end + 1, text: '반차는 넷으로 나누어 쓸 수 있다.' };
    expect(continuesSection(leave, apart)).toBe(true);
    expect(continuesSection(leave, { ...apart, text: '제4조(휴가)\n\n반차는 …' })).toBe(false);
  });

  test('become the text of the document, with what they repeat once', () => {
    const joined = joinChunks([leave, rest, sick]);
    expect(joined).toMatchObject({ text: TEXT, page: 1, heading: '규정' });
    expect(joined.parts.map(({ chunk_id }) => chunk_id)).toEqual(['1', '0', '2']);
    for (const { chunk_id, start, end } of joined.parts) {
      const part = [leave, rest, sick][Number(chunk_id)];
      expect(joined.text.slice(start, end)).toBe(part?.text);
    }
  });

  test('keep the places of their lines, those of the repeated text once', () => {
    const box = (page: number) => ({ page, left: 0, top: 0, width: 1, height: 0.1 });
    const repeated = leave.end - rest.start;
    const first = { ...leave, lines: [{ start: 0, end: leave.text.length, box: box(1) }] };
    const second = {
      ...rest,
      lines: [
        { start: 0, end: repeated, box: box(1) },
        { start: repeated + 2, end: rest.text.length, box: box(2) },
      ],
    };
    const { text, lines } = joinChunks([first, second]);
    expect(lines.map(({ start, end, box: { page } }) => [text.slice(start, end), page])).toEqual([
      [leave.text, 1],
      [DOCUMENT[1], 2],
    ]);
  });
});

describe('a citation of joined chunks', () => {
  const { heading: _heading, ...joined } = joinChunks([leave, rest, sick]);
  const passage: Passage = {
    index: 1,
    chunk_id: '1',
    document_id: 'd',
    filename: 'rules.md',
    heading: null,
    score: 0.9,
    ...joined,
  };
  const cite = (claim: string) =>
    citePassage(
      { ...passage, facts: new PassageFacts(passage.text) },
      { text: claim },
      ({ chunk_id }) => `/c/${chunk_id}`,
    );

  test.each([
    ['연차휴가는 15일이다.', '직원은 1년에 15일의 연차휴가를 받는다.', '0', 1],
    ['반차는 나누어 쓸 수 있다.', '반차는 넷으로 나누어 쓸 수 있다.', '1', 2],
    ['병가는 60일까지 쓸 수 있다.', '병가는 60일까지 쓸 수 있다.', '2', 3],
    ['휴가는 사흘 전까지 신청한다.', '휴가는 사흘 전까지 신청한다.', '1', 2],
  ])('names the chunk and page of its quote: %s', (claim, quote, chunk_id, page) => {
    expect(cite(claim)).toMatchObject({ quote, chunk_id, page, url: `/c/${chunk_id}`, verified: true });
  });

  test('quotes of a sentence over a border the part that one chunk has', () => {
    const border = { start: at('쓰지 못한').start, end: TEXT.length };
    const { start, end, chunk_id, page } = placeQuote(passage, border);
    expect([TEXT.slice(start, end), chunk_id, page]).toEqual([sick.text, '2', 3]);
  });
});

describe('the share of a document', () => {
  const hit = (document_id: string, score: number) =>
    ({ document_id, score, chunk_id: `${document_id}${score}` }) as SearchHit;
  const documents = (hits: SearchHit[], places: number) =>
    shareDocuments(hits, places)
      .map((each) => each.document_id)
      .join('');

  test('is half of the places while others are relevant', () => {
    const long = [0.9, 0.89, 0.88, 0.87, 0.86, 0.85].map((score) => hit('a', score));
    expect(documents([...long, hit('b', 0.6), hit('c', 0.5), hit('d', 0.46)], 4)).toBe('aabc');
  });

  test('is all when no other document is relevant, and places stay filled', () => {
    const long = [0.9, 0.8, 0.7, 0.6].map((score) => hit('a', score));
    expect(documents([...long, hit('b', 0.3)], 4)).toBe('aaaa');
    expect(documents([...long.slice(0, 3), hit('b', 0.3)], 4)).toBe('aaab');
  });

  test('takes nothing from hits that fit', () => {
    expect(documents([hit('a', 0.9), hit('b', 0.2)], 8)).toBe('ab');
    expect(documents([], 8)).toBe('');
  });
});
