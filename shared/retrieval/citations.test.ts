import type { Passage } from '#shared/llm/request.ts';
import { CitationScanner, type CiteEvent, citeStream } from './citations.ts';
import type { PassageLink } from './cite-passage.ts';

const LEAVE = '휴가 규정\n1년 이상 근무한 직원에게는 연차 15일을 준다. 병가는 1년에 60일까지 쓸 수 있다.';
const PORTAL = 'Leave is asked for in the HR portal. Ask three days ahead. The team lead approves it.';

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

const LINK: PassageLink = ({ document_id, chunk_id }) =>
  `https://api.example.com/${document_id}?chunk=${chunk_id}`;
const PASSAGES = [passage(1, LEAVE), passage(2, PORTAL)];

type Result = { text: string; citations: Extract<CiteEvent, { type: 'citation' }>[]; deltas: string[] };

function cite(pieces: string[], passages = PASSAGES): Result {
  const scanner = new CitationScanner(passages, LINK);
  const result: Result = { text: '', citations: [], deltas: [] };
  for (const event of [...pieces.flatMap((piece) => scanner.push(piece)), ...scanner.flush()]) {
    if (event.type === 'citation') {
      // A client may use a citation at once: all text that it spans has been sent before it.
      expect(event.end).toBe(result.text.length);
      result.citations.push(event);
    } else {
      result.text += event.text;
      result.deltas.push(event.text);
    }
  }
  return result;
}

const spans = ({ text, citations }: Result): string[] =>
  citations.map(({ start, end }) => text.slice(start, end));

describe('citations', () => {
  test('a marker before the full stop and one after it both span their sentence', () => {
    const before = cite(['안내드립니다. 연차는 15일입니다[1].']);
    expect(before.text).toBe('안내드립니다. 연차는 15일입니다[1].');
    expect(spans(before)).toEqual(['연차는 15일입니다[1]']);
    const after = cite(['안내드립니다. 연차는 15일입니다. [1] 끝.']);
    expect(spans(after)).toEqual(['연차는 15일입니다. [1]']);
  });

  test('the quote is the sentence of the passage that supports the claim, word for word', () => {
    const { citations } = cite(['병가는 60일까지입니다 [1]. You must ask three days before [2].']);
    expect(citations.map(({ quote }) => quote)).toEqual([
      '병가는 1년에 60일까지 쓸 수 있다.',
      'Ask three days ahead.',
    ]);
    expect(LEAVE).toContain(citations[0]?.quote);
    expect(citations[0]).toMatchObject({
      index: 1,
      chunk_id: 'chunk-1',
      document_id: 'document-1',
      filename: 'file-1.pdf',
      page: 1,
    });
  });

  test('a claim that shares no word with its passage still quotes the passage', () => {
    const { citations } = cite(['Fifteen days are given [1].']);
    expect(LEAVE).toContain(citations[0]?.quote);
    expect(citations[0]?.quote.length).toBeGreaterThan(15);
  });

  test('every spelling of a marker becomes [n]', () => {
    const { text, citations } = cite(['가[1, 2] 나【1】 다[^2] 라【2†source】 마[ 1 ] 바[1-2] 사[1][2]']);
    expect(text).toBe('가[1][2] 나[1] 다[2] 라[2] 마[1] 바[1][2] 사[1][2]');
    expect(citations.map(({ index }) => index)).toEqual([1, 2, 1, 2, 2, 1, 1, 2, 1, 2]);
  });

  test('markers with unknown numbers leave neither text nor citation', () => {
    const { text, citations } = cite(['하나 [99]. 둘[1, 99]. [3]셋 [1][7]\n[99] 넷 [0].']);
    expect(text).toBe('하나. 둘[1].셋 [1]\n넷.');
    expect(citations.map(({ index }) => index)).toEqual([1, 1]);
    expect(cite(['말 [1]'], []).text).toBe('말');
  });

  test('each position of a repeated marker is cited', () => {
    const result = cite(['연차는 15일이다 [1]. 병가는 60일이다 [1].']);
    expect(spans(result)).toEqual(['연차는 15일이다 [1]', '병가는 60일이다 [1]']);
    expect(result.citations.map(({ quote }) => quote)).toEqual([
      '1년 이상 근무한 직원에게는 연차 15일을 준다.',
      '병가는 1년에 60일까지 쓸 수 있다.',
    ]);
  });

  test('markers in a row span the same sentence, each up to itself', () => {
    expect(spans(cite(['A는 B다. C는 D다. [1][2]']))).toEqual(['C는 D다. [1]', 'C는 D다. [1][2]']);
  });

  test('list bullets and earlier markers are not part of the sentence', () => {
    expect(spans(cite(['- 연차: 15일 [1]\n- 병가: 60일 [1] 다음 문장 [2]']))).toEqual([
      '연차: 15일 [1]',
      '병가: 60일 [1]',
      '병가: 60일 [1] 다음 문장 [2]',
    ]);
    expect(spans(cite(['하나다. [1] 둘이다. [2]']))).toEqual(['하나다. [1]', '둘이다. [2]']);
    expect(spans(cite(['문장이다.\n[1]']))).toEqual(['문장이다.\n[1]']);
  });

  test('a marker without a claim spans itself', () => {
    expect(spans(cite(['  [1] 시작']))).toEqual(['[1]']);
  });

  test('brackets in code stay as they are', () => {
    const text = 'Use `items[1]` or ``a`[2]`` [1].\n```js\nx = list[1] + y[99];\n```\nThen [2].';
    const result = cite([text]);
    expect(result.text).toBe(text);
    expect(result.citations.map(({ index }) => index)).toEqual([1, 2]);
    expect(cite(['arr[0] and [link](x) and [ ] and [2024] and [a1]']).text).toBe(
      'arr[0] and [link](x) and [ ] and [2024] and [a1]',
    );
  });

  test('an unclosed backtick does not hide the markers of later lines', () => {
    expect(cite(['the ` sign\nis here [1].']).citations).toHaveLength(1);
  });

  test('text and citations do not depend on how the stream is divided', () => {
    const text = '연차는 15일 😀 [1, 99] 입니다. `a[1]` 그리고 【2】 [99] 끝 [1';
    const whole = cite([text]);
    for (let size = 1; size <= 5; size += 1) {
      const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [];
      const cut = cite(pieces);
      expect({ text: cut.text, citations: cut.citations }).toEqual({
        text: whole.text,
        citations: whole.citations,
      });
    }
  });

  test('text is held back only while it may become a marker', () => {
    expect(cite(['a', 'b [', 'x', 'y [1', '2:3', '0] z']).deltas).toEqual([
      'a',
      'b',
      ' [x',
      'y',
      ' [12:3',
      '0] z',
    ]);
  });

  test('a citation is sent in the same step as the end of its marker', () => {
    const scanner = new CitationScanner(PASSAGES, LINK);
    expect(scanner.push('15일 [1').map(({ type }) => type)).toEqual(['delta']);
    expect(scanner.push('] 입').map(({ type }) => type)).toEqual(['delta', 'citation', 'delta']);
  });

  test('an answer of thousands of cited sentences keeps every citation', () => {
    const result = cite(Array.from({ length: 3_000 }, () => '연차는 15일이다 [1]. '));
    expect(result.citations).toHaveLength(3_000);
  });
});

describe('proof', () => {
  const REFUND =
    '환불\n환불 기한은 설치일로부터 14일이다. 배송비는 구매자가 부담한다.\n문의\n전화 02-000-1234';
  const proofOf = (answer: string) => cite([answer], [passage(1, REFUND)]).citations[0];

  test('a wrong number is named, and the quote is the sentence and not its heading', () => {
    expect(proofOf('환불 기한은 **30일**입니다 [1].')).toMatchObject({
      verified: false,
      missing: ['30일'],
      quote: '환불 기한은 설치일로부터 14일이다.',
    });
    expect(proofOf('환불은 열나흘 안에 됩니다 [1].')).toMatchObject({
      verified: true,
      missing: [],
      quote: '환불 기한은 설치일로부터 14일이다.',
    });
  });

  test('a quotation has to stand in the passage word for word', () => {
    const invented = '환불 기한은 설치일로부터 십사일 이내다';
    expect(proofOf(`“${invented}”[1]`)).toMatchObject({ verified: false, missing: [invented] });
    const real = '“환불 기한은 설치일로부터\u00a014일이다” [1]';
    expect(proofOf(real)).toMatchObject({ verified: true, quote: '환불 기한은 설치일로부터 14일이다.' });
  });

  test('a claim that shares nothing with the passage keeps its text and loses its citation', () => {
    const { text, citations } = cite(['회의실은 그룹웨어에서 예약합니다 [1]. 끝.'], [passage(1, REFUND)]);
    expect({ text, citations }).toEqual({ text: '회의실은 그룹웨어에서 예약합니다. 끝.', citations: [] });
  });

  test('each part of a sentence is compared with the passage behind it', () => {
    const { citations } = cite(['연차는 15일이고 [1] 팀장이 승인합니다. Ask three days ahead [2].']);
    expect(citations.map(({ verified }) => verified)).toEqual([true, true]);
  });

  test('a citation links to its passage and has the boxes of its quote', () => {
    const box = { page: 3, left: 0.1, top: 0.2, width: 0.5, height: 0.02 };
    const lines = [
      { start: 0, end: 2, box: { ...box, top: 0.1 } },
      { start: 3, end: 22, box },
    ];
    const { citations } = cite(
      ['환불 기한은 14일입니다 [1].'],
      [{ ...passage(1, '환불\n환불 기한은 구매 뒤 14일이다.'), title: '환불 규정', lines }],
    );
    expect(citations[0]).toMatchObject({
      title: '환불 규정',
      url: 'https://api.example.com/document-1?chunk=chunk-1',
      boxes: [{ page: 3, top: 0.2, left: 0.1 }],
    });
    expect(cite(['연차는 15일입니다 [1].']).citations[0]).toMatchObject({ title: 'file-1.pdf', boxes: [] });
  });
});

describe('citeStream', () => {
  type Event = { type: 'delta'; text: string } | { type: 'finish'; reason: string };

  async function* source(events: Event[], failure?: Error): AsyncGenerator<Event> {
    yield* events;
    if (failure) throw failure;
  }

  test('other events pass in order, after the text held back', async () => {
    const events: Event[] = [
      { type: 'delta', text: '끝 [1' },
      { type: 'finish', reason: 'stop' },
    ];
    const seen = await Array.fromAsync(citeStream<Event>(source(events), PASSAGES, LINK));
    expect(seen).toEqual([
      { type: 'delta', text: '끝' },
      { type: 'delta', text: ' [1' },
      { type: 'finish', reason: 'stop' },
    ]);
  });

  test('a failing source loses none of the text before the failure', async () => {
    const failing = source([{ type: 'delta', text: '도중 [' }], new Error('cut'));
    let text = '';
    await expect(async () => {
      for await (const event of citeStream<Event>(failing, PASSAGES, LINK))
        if (event.type === 'delta') text += event.text;
    }).rejects.toThrow('cut');
    expect(text).toBe('도중 [');
  });
});
