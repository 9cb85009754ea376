import type { Passage } from '#shared/llm/request.ts';
import { CitationScanner } from './citations.ts';

const passage = (index: number, over: Partial<Passage>): Passage => ({
  index,
  chunk_id: `chunk-${index}`,
  document_id: `document-${index}`,
  filename: `file-${index}.md`,
  page: null,
  heading: null,
  text: '',
  score: 1,
  ...over,
});

const PASSAGES = [
  passage(1, {
    filename: '환불.md',
    title: '환불 규정',
    text: '환불은 14일 안에 된다. The refund takes 14 days.',
  }),
  passage(2, {
    filename: '다른.md',
    text: 'Read argv[1] for the path and argv[2] for the mode. 배송은 3일 걸린다. See step (2).',
  }),
];

function cite(answer: string, passages = PASSAGES): { text: string; indexes: number[] } {
  const whole = run([answer], passages);
  // The result does not depend on how the stream is divided.
  for (const size of [1, 2, 3, 7]) {
    const pieces = answer.match(new RegExp(`[\\s\\S]{1,${size}}`, 'gu')) ?? [];
    expect(run(pieces, passages)).toEqual(whole);
  }
  return whole;
}

function run(pieces: string[], passages: Passage[]): { text: string; indexes: number[] } {
  const scanner = new CitationScanner(passages, () => 'https://api.example.com');
  let text = '';
  const indexes: number[] = [];
  for (const event of [...pieces.flatMap((piece) => scanner.push(piece)), ...scanner.flush()]) {
    if (event.type === 'delta') text += event.text;
    else {
      expect(event.end).toBe(text.length);
      expect(text.slice(event.start, event.end).endsWith(`[${event.index}]`)).toBe(true);
      indexes.push(event.index);
    }
  }
  return { text, indexes };
}

const CLAIM = '환불은 14일 안에 된다';

describe('spellings of markers', () => {
  test.each([
    '[1]',
    '[ 1 ]',
    '(see passage 1)',
    '(출처: 문서 1)',
    '(출처: passage 1)',
    '[according to passage 1]',
    '(문서 1 참조)',
    '[1 참조]',
    '[1번 문서]',
    '(1번 문서)',
    '[src 1]',
    '(src: 1)',
    '[passage number 1]',
    '[passage="1"]',
    '<passage 1>',
    '<cite>1</cite>',
    '⟦1⟧',
    '[①]',
    '[1.]',
    '[source 1, page 3]',
    '[1, 3쪽]',
    '[1: 환불.md]',
    '[Excerpt 1]',
    '[환불.md]',
    '[환불 규정]',
    '(출처: 환불.md)',
    '(출처: 환불 규정, 3쪽)',
    '【환불.md】',
    '[출처: “환불 규정”]',
    '［１］',
    '\\[1\\]',
    '[[1]]',
    '[[1]](#1)',
    '[[1]](https://example.com/a)',
    '[1](#cite-1)',
    '[1](환불.md)',
    '[^1]',
    '[#1]',
    '【1】',
    '【1†source】',
    '[1†source]',
    '[passage 1]',
    '[Passage 1]',
    '[PASSAGE 1]',
    '[Passage: 1]',
    '[passage_1]',
    '[Source 1]',
    '[source: 1]',
    '[doc1]',
    '[citation:1]',
    '[cite: 1]',
    '[ref. 1]',
    '[출처 1]',
    '[출처: 1]',
    '[문서 1]',
    '[참고 1번]',
    '(출처: 1)',
    '(출처 1)',
    '(출처: [1])',
    '(Source 1)',
    '(passage 1)',
    '(see [1])',
    '([1])',
    '<sup>1</sup>',
    '<sup>[1]</sup>',
    '[1, 99]',
  ])('%s is read as [1]', (marker) => {
    expect(cite(`${CLAIM} ${marker}.`)).toEqual({ text: `${CLAIM} [1].`, indexes: [1] });
    expect(cite(`${CLAIM}${marker}`)).toEqual({ text: `${CLAIM}[1]`, indexes: [1] });
  });

  test.each([
    '[1, 2]',
    '[1,2]',
    '[1 and 2]',
    '[1 & 2]',
    '[1 및 2]',
    '[1과 2]',
    '[1·2]',
    '[1; 2]',
    '[1-2]',
    '[1–2]',
    '[1], [2]',
    '[Passage 1, 2]',
    '[passages 1 and 2]',
    '[Passage 1, Passage 2]',
    '[출처 1, 2]',
    '(출처: 1, 2)',
    '([1], [2])',
    '[[1], [2]]',
    '[^1][^2]',
    '【1】【2】',
    '[1+2]',
    '[1|2]',
    '(1, 2)',
    '[Sources: 1, 2]',
    '[출처 1, 출처 2]',
  ])('%s is read as both', (marker) => {
    const { text, indexes } = cite(`환불은 14일 안에 되고 배송은 3일 걸린다 ${marker}.`);
    expect(indexes).toEqual([1, 2]);
    expect(text.replace(', ', '')).toBe('환불은 14일 안에 되고 배송은 3일 걸린다 [1][2].');
  });

  test.each([
    '[99]',
    '[99 및 98]',
    '[passage 99]',
    '(출처: 99)',
    '【99†source】',
    '［９９］',
    '[[99]](#99)',
    '\\[99\\]',
    '[^99]',
    '[P99]',
    '(문서 99 참조)',
    '[99, 3쪽]',
    '[according to passage 99]',
    '[99: x.md]',
  ])('%s leaves no trace when no such passage was handed out', (marker) => {
    expect(cite(`${CLAIM} ${marker}.`)).toEqual({ text: `${CLAIM}.`, indexes: [] });
  });

  test('a superscript after a sentence is a marker, in a unit or a power it is not', () => {
    expect(cite('환불은 14일 안에 된다.¹ 끝')).toEqual({
      text: '환불은 14일 안에 된다.[1] 끝',
      indexes: [1],
    });
    expect(cite('환불은 14일¹이다.')).toEqual({ text: '환불은 14일[1]이다.', indexes: [1] });
    expect(cite('넓이는 30 m² 또는 10² 이다.').text).toBe('넓이는 30 m² 또는 10² 이다.');
    expect(cite('끝난다.⁹ 다음').text).toBe('끝난다. 다음');
  });

  test('a number in round brackets is a marker only at the end of a sentence', () => {
    expect(cite('환불은 14일 안에 된다 (1).')).toEqual({ text: '환불은 14일 안에 된다 [1].', indexes: [1] });
    for (const text of [
      '(1) 환불은 14일이다',
      '다음 (1) 또는 (3)을 고른다',
      'See step (2).',
      '제3조 (1).',
      'f(1).',
    ])
      expect(cite(text).text).toBe(text);
  });

  test('a letter with a number is a marker at the end of a sentence', () => {
    for (const marker of ['[P1]', '[S1]', '[D1]'])
      expect(cite(`${CLAIM} ${marker}.`)).toEqual({ text: `${CLAIM} [1].`, indexes: [1] });
  });

  test('a marker that touches a plain word of the passage at the end of a sentence is read', () => {
    expect(cite('The refund takes 14 days[1].')).toEqual({
      text: 'The refund takes 14 days[1].',
      indexes: [1],
    });
    expect(cite('The refund takes 14 (days)[1]').indexes).toEqual([1]);
  });
});

describe('what is no marker', () => {
  test.each([
    'Read argv[1] for the path and argv[2] for the mode.',
    'Use y[1], x_2[1], $rows[1] and data.items[1].',
    'f(x)[1] and m[0][1] and $_[1] = 2',
    'Run `cut[1]` and ``a`[1]``.',
    '```js\nx = [1];\ny = [ 1, 2 ];\n```\n끝.',
    '~~~\n[1] [2]\n~~~\n끝.',
    '코드는 다음과 같다.\n\n    list = [1]\n    [2]\n\n끝.',
    'The vector $[1]$ and $v = [1, 2]^T$ here.',
    'So \\(x \\in [1]\\) and \\[ y = [1] \\] hold.',
    '$$\n[1]\n$$',
    '[^1]: 각주의 내용은 이렇다.',
    '- [ ] 할 일\n- [x] 한 일',
    '[2024] [a1] [link](https://example.com) [ ]',
    '문서에는 “표 [3]을 보고 [1] 항을 따른다”고 적혀 있다.',
    'It says “the mode is argv[2]” there.',
    '규정의 [3] 항과 [4]호를 본다.',
    'See table [12] and figure [7].',
    'from [1000] to [x]',
    '값은 [0-9]+ 로 쓴다.',
    '제3조 ①항과 ②항을 본다.',
    '좌표는 (1, 2)에 있다.',
    '{1, 2}는 집합이고 a < 1 이다.',
    '넓이는 4 제곱미터¹ 이다.',
    '자세한 것은 안내서(환불.md)에 있다.',
    'Press [P] or [S2] on line 3: [P1]x',
  ])('%j', (text) => {
    expect(cite(text)).toEqual({ text, indexes: [] });
  });

  test('an amount of money does not begin a formula', () => {
    expect(cite('The refund costs $5 and takes 14 days [1].').indexes).toEqual([1]);
  });

  test('a marker before the closing mark of a quotation is read', () => {
    expect(cite('“환불은 14일 안에 된다 [1]” 라고 한다.').indexes).toEqual([1]);
  });
});

describe("a model's own list of sources", () => {
  test.each([
    '\n\n출처:\n[1] 환불.md\n[2] 다른.md',
    '\n\n**출처**\n- [1] 환불.md, 3쪽\n- [2] 다른.md',
    '\n\n출처: [1] 환불.md, [2] 다른.md',
    '\n\n출처: 환불.md',
    '\n\n출처: 환불 규정 (3쪽)',
    '\n\n[1] 환불.md / [2] 다른.md',
    '\n\n[1] 환불.md\n[2] 다른.md\n',
    '\n\n[^1]: 환불.md',
    '\n\n---\n**Sources:**\n1. [1] 환불.md - 환불 규정\n2. [2] 다른.md',
    '\n\n## References\n\n[1] 환불 규정, p. 3',
    '\n\n참고 문서: 사내 규정집',
    '\n\nSources: [1], [2]',
  ])('is removed whole: %j', (list) => {
    const { text, indexes } = cite(`${CLAIM} [1].${list}`);
    expect(text.trimEnd()).toBe(`${CLAIM} [1].`);
    expect(indexes).toEqual([1]);
  });

  test('is read where it has the only citations of the answer', () => {
    expect(cite(`${CLAIM}.\n\n출처: [1]`)).toEqual({ text: `${CLAIM}. [1]`, indexes: [1] });
    expect(cite(`${CLAIM}.\n\n출처: 환불.md`)).toEqual({ text: `${CLAIM}. [1]`, indexes: [1] });
  });

  test.each([
    '출처를 밝히면 환불은 14일 안에 된다.',
    '참고로 환불은 14일 안에 된다.',
    'Sources say that a refund takes 14 days.',
    '환불.md에 따르면 14일이다.',
    '- 환불: 14일\n- 배송: 3일',
    '**중요** 환불은 14일이다.\n---\n끝.',
  ])('sentences that begin like one stay: %j', (text) => {
    expect(cite(text).text).toBe(text);
  });

  test('text behind a list stays', () => {
    expect(cite(`${CLAIM} [1].\n\n출처: 환불.md\n\n더 궁금한 점이 있나요?`).text).toBe(
      `${CLAIM} [1].\n\n더 궁금한 점이 있나요?`,
    );
    expect(cite('[1] 환불.md에 따르면 14일이다.').text).toBe('[1] 환불.md에 따르면 14일이다.');
  });
});
