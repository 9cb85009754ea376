import type { Passage } from '#shared/llm/request.ts';
import { CitationScanner, type CiteEvent } from './citations.ts';

const LEAVE = '직원에게 연차 15일을 준다. 병가는 1년에 60일까지 쓸 수 있다. 연차 15일은 이월되지 않는다.';

const passage = (index: number, text: string): Passage => ({
  index,
  chunk_id: `chunk-${index}`,
  document_id: `document-${index}`,
  filename: `file-${index}.pdf`,
  page: index,
  heading: null,
  text,
  score: 1 / index,
});

const PASSAGES = [passage(1, LEAVE), passage(2, '연차 15일은 HR 포털에서 신청한다.')];

/** A part of an answer, or the number of a passage that the model names, with the part that it means. */
type Part = string | [number, string];

function cite(...parts: Part[]) {
  const scanner = new CitationScanner(PASSAGES, () => 'https://api.example.com');
  const events: CiteEvent[] = parts.flatMap((part) => {
    if (typeof part === 'string') return scanner.push(part);
    const [index, quote] = part;
    const start = PASSAGES.find((each) => each.index === index)?.text.indexOf(quote) ?? 0;
    return scanner.cite({ type: 'cite', index, start, end: start + quote.length });
  });
  const all = [...events, ...scanner.flush()];
  const text = all.map((event) => (event.type === 'delta' ? event.text : '')).join('');
  return { text, citations: all.filter((event) => event.type === 'citation') };
}

describe('a passage that the model names for its text', () => {
  test('is cited with the part that it means, though another part says the same', () => {
    const { text, citations } = cite('연차는 15일이다.', [1, '연차 15일은 이월되지 않는다.'], ' 끝.');
    expect(text).toBe('연차는 15일이다. [1] 끝.');
    expect(citations).toMatchObject([
      { index: 1, quote: '연차 15일은 이월되지 않는다.', start: 0, verified: true, missing: [] },
    ]);
    expect(text.slice(0, citations[0]?.end)).toBe('연차는 15일이다. [1]');
  });

  test('is verified by the same rules as a marker', () => {
    const { citations } = cite('연차는 30일이다.', [1, '직원에게 연차 15일을 준다.']);
    expect(citations).toMatchObject([{ verified: false, missing: ['30일'] }]);
  });

  test('is one of several for the same text', () => {
    const parts: Part[] = ['연차 15일은 포털에서 신청한다.', [1, '직원에게'], [2, '연차 15일은']];
    const { text, citations } = cite(...parts);
    expect(text).toBe('연차 15일은 포털에서 신청한다. [1][2]');
    expect(citations.map(({ index }) => index)).toEqual([1, 2]);
  });

  test.each<[string, Part[]]>([
    ['before', ['연차는 15일이다. [1]', [1, '직원에게']]],
    ['after', ['연차는 15일이다.', [1, '직원에게'], ' [1]']],
  ])('is cited once where its marker stands %s it', (_where, parts) => {
    const { text, citations } = cite(...parts);
    expect(text.trimEnd()).toBe('연차는 15일이다. [1]');
    expect(citations).toHaveLength(1);
  });

  test.each<[string, Part[], string]>([
    ['is not one of the answer’s', ['연차는 15일이다.', [7, '']], '연차는 15일이다.'],
    ['shares nothing with the text', ['바나나는 노란 과일이다.', [1, '직원에게']], '바나나는 노란 과일이다.'],
    ['is named inside code', ['```\n연차 15일', [1, '직원에게'], '\n```'], '```\n연차 15일\n```'],
  ])('is left out where it %s', (_why, parts, expected) => {
    const { text, citations } = cite(...parts);
    expect(text).toBe(expected);
    expect(citations).toEqual([]);
  });
});
