import { readFile } from 'node:fs/promises';
import { chunkDocument, DEFAULT_CHUNKING } from '#shared/chunking/chunk.ts';
import type { ParsedDocument } from '#shared/parsing/document.ts';
import { SUPPORTED_TYPES } from '#shared/parsing/formats.ts';
import { parseDocument } from '#shared/parsing/parse.ts';
import { assertContentType } from '#shared/parsing/sniff.ts';

type Question = {
  language: 'ko' | 'en';
  question: string;
  file: string;
  page: number | null;
  answer: string;
};

const folder = new URL('./', import.meta.url);
const questions = JSON.parse(await readFile(new URL('questions.json', folder), 'utf8')) as Question[];

const parsed = new Map<string, Promise<ParsedDocument>>();

function sample(file: string): Promise<ParsedDocument> {
  const known = parsed.get(file) ?? parse(file);
  parsed.set(file, known);
  return known;
}

async function parse(file: string): Promise<ParsedDocument> {
  const bytes = new Uint8Array(await readFile(new URL(file, folder)));
  const [contentType = ''] =
    Object.entries(SUPPORTED_TYPES).find(([, { extensions }]) =>
      extensions.some((end) => file.endsWith(end)),
    ) ?? [];
  await assertContentType(bytes, contentType);
  return await parseDocument(bytes, { contentType, filename: file });
}

/** Near enough to the real tokenizer for these texts: two syllables or four letters a token. */
const countTokens = (texts: string[]) =>
  Promise.resolve(
    texts.map((text) => 2 + Math.ceil((text.match(/[가-힣]/gu)?.length ?? 0) / 2 + text.length / 4)),
  );

test('there are eight questions in either language', () => {
  expect(questions.filter(({ language }) => language === 'ko').length).toBeGreaterThanOrEqual(8);
  expect(questions.filter(({ language }) => language === 'en').length).toBeGreaterThanOrEqual(8);
});

test.each(questions)('$file answers: $question', async ({ file, page, answer }) => {
  const document = await sample(file);
  const { max_tokens: maxTokens, overlap_tokens: overlapTokens } = DEFAULT_CHUNKING;
  const chunks = await chunkDocument(document, { maxTokens, overlapTokens, countTokens });
  const found = chunks.filter((chunk) => chunk.text.includes(answer));
  expect(found.length).toBeGreaterThan(0);
  for (const chunk of found) expect(chunk.page).toBe(page);
});

function words(blocks: { text: string }[]): string[] {
  return blocks
    .map(({ text }) => text)
    .join(' ')
    .split(/\s+/u);
}

describe('the Korean work rules, printed by Chromium', () => {
  test('are read whole, with every article as a heading and without running heads', async () => {
    const { blocks, pages, title } = await sample('work-rules.pdf');
    expect({ pages, title }).toEqual({ pages: 6, title: '한빛로봇 취업규칙' });
    const headings = blocks.filter(({ kind }) => kind === 'heading').map(({ text }) => text);
    for (let article = 1; article <= 26; article += 1) {
      expect(headings.some((text) => text.startsWith(`제${article}조(`))).toBe(true);
    }
    const text = blocks.map((block) => block.text).join('\n');
    expect(text).not.toMatch(/2026년 3월 개정|- \d -/u);
    expect(text).toContain(
      "① 직원은 휴가를 시작하기 3영업일 전까지 인사 시스템 '한빛포털'에서 신청한다. 5일 이상 이어서 쉬려면 2주 전까지 신청하여야 한다.",
    );
  });

  test('say the same as the page they were printed from', async () => {
    const { blocks } = await sample('work-rules.pdf');
    const source = new Uint8Array(await readFile(new URL('work-rules.source.html', folder)));
    const html = await parseDocument(source, { contentType: 'text/html', filename: 'source.html' });
    expect(words(blocks)).toEqual(words(html.blocks));
  });
});

test('the samples are small', async () => {
  expect((await readFile(new URL('work-rules.pdf', folder))).length).toBeLessThan(400_000);
  expect((await readFile(new URL('operator-manual.docx', folder))).length).toBeLessThan(100_000);
});
