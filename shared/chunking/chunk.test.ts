import type { Block } from '#shared/parsing/document.ts';
import { type Chunk, chunkDocument, documentText } from './chunk.ts';

/** Replaces the tokenizer: two characters a token, plus `<s>`, `</s>` and one token per line break. */
function tokensOf(text: string): number {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  return (
    2 + words.reduce((sum, word) => sum + Math.ceil(word.length / 2), 0) + (text.match(/\n/gu)?.length ?? 0)
  );
}

const calls: number[] = [];
const countTokens = (texts: string[]): Promise<number[]> => {
  calls.push(texts.length);
  return Promise.resolve(texts.map((text) => tokensOf(text)));
};

async function chunk(blocks: Block[], maxTokens = 60, overlapTokens = 12): Promise<Chunk[]> {
  return await chunkDocument({ blocks }, { maxTokens, overlapTokens, countTokens });
}

function paragraph(text: string, page: number | null = null): Block {
  return { text, kind: 'paragraph', page };
}

function heading(text: string, level: number, page: number | null = null): Block {
  return { text, kind: 'heading', page, level };
}

/** A small generator with a fixed seed (mulberry32): the same documents in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS =
  '회사는 직원에게 연차휴가를 준다. robots move safely. 3.5 kg, 그러나 「규정」에 따라 。 🤖🤖 e.g. "인용합니다."라고 supercalifragilistic'.split(
    ' ',
  );

function randomDocument(seed: number): Block[] {
  const next = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T;
  const words = (max: number, joint = ' ') =>
    Array.from({ length: 1 + Math.floor(next() * max) }, () => pick(WORDS)).join(joint);
  return Array.from({ length: 1 + Math.floor(next() * 25) }, (_, i): Block => {
    const page = 1 + Math.floor(i / 4);
    const kind = pick(['heading', 'paragraph', 'paragraph', 'list', 'table', 'code'] as const);
    if (kind === 'heading') return heading(words(6), 1 + Math.floor(next() * 3), page);
    if (kind === 'paragraph') return paragraph(next() < 0.1 ? words(200, '') : words(80), page);
    return {
      text: Array.from({ length: 1 + Math.floor(next() * 12) }, () => words(9)).join('\n'),
      kind,
      page,
    };
  });
}

describe('chunks of any document', () => {
  const seeds = Array.from({ length: 60 }, (_, i) => i + 1);

  test.each([
    [16, 0],
    [24, 8],
    [60, 12],
    [320, 48],
  ])('have at most %i tokens, cover the whole text, and have correct offsets', async (maxTokens, overlap) => {
    for (const seed of seeds) {
      const blocks = randomDocument(seed);
      const text = documentText({ blocks });
      const chunks = await chunk(blocks, maxTokens, overlap);
      const covered = new Uint8Array(text.length);
      for (const [i, one] of chunks.entries()) {
        expect(one.ordinal).toBe(i);
        expect(text.slice(one.start, one.end)).toBe(one.text);
        expect(one.text.trim()).toBe(one.text);
        expect(one.text.isWellFormed()).toBe(true);
        expect(one.tokens).toBe(tokensOf(one.text));
        expect(one.tokens).toBeLessThanOrEqual(maxTokens);
        covered.fill(1, one.start, one.end);
      }
      const missed = Array.from({ length: text.length }, (_, at) => (covered[at] === 1 ? '' : text[at])).join(
        '',
      );
      expect(missed.trim()).toBe('');
      expect(await chunk(blocks, maxTokens, overlap)).toEqual(chunks);
    }
  });

  test('repeat at most the overlap, and in whole sentences', async () => {
    for (const seed of seeds) {
      const chunks = await chunk(randomDocument(seed), 60, 12);
      for (const [i, one] of chunks.slice(1).entries()) {
        const before = chunks[i] as Chunk;
        const repeated = before.end > one.start ? before.text.slice(one.start - before.start) : '';
        // Two tokens for the ends of the text. Line breaks between sentences do not count.
        expect(tokensOf(repeated.replaceAll('\n', ' '))).toBeLessThanOrEqual(12 + 2);
      }
    }
  });
});

function sentence(n: number): string {
  return `이것은 ${n}번째 문장이며 충분히 긴 내용을 담고 있습니다.`;
}

function long(from: number, count: number): string {
  return Array.from({ length: count }, (_, i) => sentence(from + i)).join(' ');
}

describe('structure', () => {
  test('chunks start and end at sentences', async () => {
    const chunks = await chunk([paragraph(long(1, 20))]);
    expect(chunks.length).toBeGreaterThan(3);
    for (const one of chunks) expect(one.text).toMatch(/^이것은.*습니다\.$/su);
  });

  test('the last sentence of a chunk is repeated in the next', async () => {
    const chunks = await chunk([paragraph(long(1, 20))], 60, 25);
    expect(chunks[1]?.text.startsWith(chunks[0]?.text.split(/(?<=\.) /u).at(-1) ?? '?')).toBe(true);
    expect((chunks[1]?.start ?? 0) < (chunks[0]?.end ?? 0)).toBe(true);
  });

  test('a chunk does not cross top-level sections, and has its headings', async () => {
    const chunks = await chunk([
      heading('규정집', 1),
      heading('휴가 규정', 2),
      heading('연차', 3),
      paragraph(long(1, 3)),
      heading('보안 규정', 2),
      paragraph(long(11, 3)),
    ]);
    const leave = chunks.filter((one) => one.text.includes('1번째') && !one.text.includes('11번째'));
    expect(leave[0]?.heading).toBe('규정집 > 휴가 규정 > 연차');
    expect(chunks.at(-1)?.heading).toBe('규정집 > 보안 규정');
    for (const one of chunks) expect(/ 3번째.*보안 규정/su.test(one.text)).toBe(false);
  });

  test('a heading stays with the text under it', async () => {
    const blocks = Array.from({ length: 12 }, (_, i) => [
      heading(`제${i}조(시험)`, 2),
      paragraph(long(i * 10, 1 + (i % 4))),
    ]).flat();
    for (const one of await chunk(blocks)) expect(one.text).not.toMatch(/조\(시험\)$/u);
  });

  test('tiny sections are joined, up to a useful size', async () => {
    const blocks = Array.from({ length: 30 }, (_, i) => [heading(`Q${i}`, 1), paragraph('네.')]).flat();
    const chunks = await chunk(blocks, 160, 0);
    expect(chunks.length).toBeLessThan(15);
    expect(chunks.length).toBeGreaterThan(2);
  });

  test('tables are cut between rows', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `항목 ${i} | ${i * 1000}원 | 비고 ${i}`);
    for (const one of await chunk([{ text: rows.join('\n'), kind: 'table', page: 2 }])) {
      for (const line of one.text.split('\n')) expect(rows).toContain(line);
      expect(one.page).toBe(2);
    }
  });

  test('a chunk lies on one page, and repeats no text of the page before', async () => {
    const chunks = await chunk([
      paragraph('표지', 1),
      paragraph(long(1, 2), 2),
      heading('끝에 선 제목', 2, 2),
      paragraph(long(3, 8), 3),
    ]);
    expect(chunks[0]).toMatchObject({ text: '표지', page: 1 });
    for (const one of chunks.slice(1)) expect(one.page).toBe(/이것은 [12]번째/u.test(one.text) ? 2 : 3);
    expect(chunks.find((one) => one.text.startsWith('끝에 선 제목'))?.page).toBe(3);
  });

  test('a word longer than a chunk is cut between characters', async () => {
    const chunks = await chunk([paragraph('가'.repeat(500))]);
    expect(chunks.map((one) => one.text).join('')).toBe('가'.repeat(500));
  });

  test('a sentence longer than a chunk is cut at clauses first', async () => {
    const clauses = Array.from({ length: 12 }, (_, i) => `조건 ${i}번이 맞으면 신청할 수 있고`);
    for (const one of await chunk([paragraph(`${clauses.join(', ')}.`)]))
      expect(one.text).toMatch(/(,|\.)$/u);
  });
});

describe('counting', () => {
  test('takes a few calls, however many sentences there are', async () => {
    calls.length = 0;
    await chunk([paragraph(Array.from({ length: 3000 }, (_, i) => `문장 ${i}입니다.`).join(' '))], 320, 48);
    expect(calls.length).toBeLessThan(12);
  });

  test('invalid limits are refused', async () => {
    await expect(chunk([paragraph('a')], 4, 0)).rejects.toThrow(RangeError);
    await expect(chunk([paragraph('a')], 100, 80)).rejects.toThrow(RangeError);
  });

  test('a wrong number of token counts is an error, not a wrong chunk', async () => {
    await expect(
      chunkDocument(
        { blocks: [paragraph('a')] },
        { maxTokens: 100, overlapTokens: 0, countTokens: () => Promise.resolve([1, 2, 3]) },
      ),
    ).rejects.toThrow('counts');
  });
});

test('a text without blanks is cut before its tokens are counted', async () => {
  const text = '연차휴가는근로기준법에따라부여한다'.repeat(10_000);
  const lengths: number[] = [];
  const count = async (texts: string[]) => {
    lengths.push(...texts.map((part) => part.length));
    return await countTokens(texts);
  };
  const options = { maxTokens: 320, overlapTokens: 0, countTokens: count };
  const chunks = await chunkDocument({ blocks: [paragraph(text)] }, options);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(10_000);
  expect(chunks.map((each) => each.text).join('')).toBe(text);
});
