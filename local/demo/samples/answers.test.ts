import { readFile } from 'node:fs/promises';
import { chunkDocument, DEFAULT_CHUNKING } from '#shared/chunking/chunk.ts';
import { extractiveAnswer } from '#shared/llm/extractive/extractive.ts';
import type { Passage } from '#shared/llm/request.ts';
import { SUPPORTED_TYPES } from '#shared/parsing/formats.ts';
import { parseDocument } from '#shared/parsing/parse.ts';
import { isRefusal } from '#shared/text/language.ts';
import { countTerms, lexicalTokens } from '#shared/text/lexical.ts';
import { queryTerms } from '#shared/text/query-terms.ts';
import { rarity } from '#shared/text/rarity.ts';
import { UNRELATED } from '#tests/support/questions.ts';

type Question = { language: string; question: string; answer: string };
type Indexed = Omit<Passage, 'index' | 'score'> & { frequencies: Map<string, number>; length: number };

const FILES = ['work-rules.pdf', 'support-faq.md', 'operator-manual.docx', 'fleet-security.html'];
const TOP_K = 8;

const folder = new URL('./', import.meta.url);
const QUESTIONS = JSON.parse(await readFile(new URL('questions.json', folder), 'utf8')) as Question[];

/** In other words than the documents'. */
const REPHRASED: Question[] = [
  ['ko', '회사 노트북을 분실했는데 누구한테 연락하면 되나요?', '1시간 안에 보안팀'],
  ['ko', '아내가 출산하면 며칠 쉴 수 있나요?', '20일의 유급휴가'],
  ['ko', '자기 차로 출장을 가면 킬로미터당 얼마를 주나요?', '1킬로미터마다 250원'],
  ['ko', '보증을 연장하려면 돈이 얼마나 드나요?', '본체 가격의 8%'],
  ['ko', '로봇 두 대가 서로 지나가려면 통로가 얼마나 넓어야 하죠?', '180cm가 필요합니다'],
  ['ko', '비밀번호를 여러 번 틀려서 잠긴 계정은 언제 풀리나요?', '30분 동안 잠긴다'],
  ['en', 'The screen shows E-31. What should I do?', 'Wipe the contacts with a dry cloth'],
  ['en', 'How fast may the robot go in a yellow zone?', 'in a yellow zone at 0.8 m/s'],
  ['en', 'How long should we keep the crate after unpacking?', 'Keep the crate for at least 14 days'],
  ['en', 'When does planned maintenance happen?', 'second Sunday of a month'],
  ['en', 'Can I sign in with a code sent by text message?', 'Text messages are not accepted'],
  ['en', 'What happens to a delivery if nobody is at the stop?', 'carries on to the next stop'],
].map(([language = '', question = '', answer = '']) => ({ language, question, answer }));

const index = (await Promise.all(FILES.map((file) => indexed(file)))).flat();

async function indexed(file: string): Promise<Indexed[]> {
  const bytes = new Uint8Array(await readFile(new URL(file, folder)));
  const [contentType = ''] =
    Object.entries(SUPPORTED_TYPES).find(([, { extensions }]) =>
      extensions.some((end) => file.endsWith(end)),
    ) ?? [];
  const parsed = await parseDocument(bytes, { contentType, filename: file });
  const { max_tokens: maxTokens, overlap_tokens: overlapTokens } = DEFAULT_CHUNKING;
  const chunks = await chunkDocument(parsed, { maxTokens, overlapTokens, countTokens });
  return chunks.map(({ ordinal, text, page, heading }) => {
    const terms = lexicalTokens(`${heading ?? ''}\n${text}`);
    const place = { chunk_id: `${file}#${ordinal}`, document_id: file, filename: file, page };
    return { ...place, heading, text, frequencies: countTerms(terms), length: terms.length };
  });
}

/** Near enough to the real tokenizer for these texts: two syllables or four letters a token. */
function countTokens(texts: string[]): Promise<number[]> {
  return Promise.resolve(
    texts.map((text) => 2 + Math.ceil((text.match(/[가-힣]/gu)?.length ?? 0) / 2 + text.length / 4)),
  );
}

/**
 * Plain BM25 (k1 1.2, b 0.75), as the lexical leg of the platform; the root of its share of what all terms are worth stands
 * in for the calibrated score.
 */
function retrieve(question: string, from: Indexed[]): Passage[] {
  const terms = queryTerms(question);
  const rare = rarity(from.map(({ frequencies }) => new Set(frequencies.keys())));
  const mean = from.reduce((sum, { length }) => sum + length, 0) / from.length;
  const scored = from.map(({ frequencies, length, ...chunk }) => {
    const norm = 1.2 * (0.25 + (0.75 * length) / mean);
    const score = terms.reduce((sum, term) => {
      const frequency = frequencies.get(term) ?? 0;
      return sum + (rare(term) * frequency * 2.2) / (frequency + norm);
    }, 0);
    const worth = terms.reduce((sum, term) => sum + rare(term) * 2.2, Number.MIN_VALUE);
    return { ...chunk, score: Math.sqrt(Math.min(1, score / worth)) };
  });
  const best = scored.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score);
  return best.slice(0, TOP_K).map((chunk, at) => ({ ...chunk, index: at + 1 }));
}

/** The quotes of the answer without a model. */
function quotes({ question, language }: Question, from = index): string[] {
  const passages = retrieve(question, from);
  const answer = extractiveAnswer({ question, language, passages, maxOutputTokens: 800 });
  return [...answer.matchAll(/“([^]*?)” \[\d\]/gu)].map(([, quote = '']) => quote);
}

function missed(questions: Question[], from = index): string[] {
  return questions
    .filter((asked) => !quotes(asked, from).some((quote) => quote.includes(asked.answer)))
    .map(({ question }) => question);
}

describe('the answers of builtin/extractive about the sample documents', () => {
  // The lists name what was missed beyond what is allowed.
  test('hold what was asked for in at least 23 of 25 questions', () => {
    expect(missed(QUESTIONS).slice(2)).toEqual([]);
  });

  test('hold it in at least 10 of 12 questions that use other words', () => {
    expect(missed(REPHRASED).slice(2)).toEqual([]);
  });

  test('hold it in the very first quote in at least 21 of 25 questions', () => {
    const later = QUESTIONS.filter((asked) => !quotes(asked)[0]?.includes(asked.answer));
    expect(later.map(({ question }) => question).slice(4)).toEqual([]);
  });

  test('quote one to three different sentences, and no heading or question', () => {
    for (const asked of [...QUESTIONS, ...REPHRASED]) {
      const given = quotes(asked);
      expect(given.length).toBeGreaterThanOrEqual(1);
      expect(given.length).toBeLessThanOrEqual(3);
      expect(new Set(given).size).toBe(given.length);
      for (const quote of given) expect(quote).not.toMatch(/[?？]$|^제\d+조\(|^\d+(?:\.\d+)? |^[①-⑳•-]/u);
    }
  });

  test('say that nothing was found for at least 30 of the 48 questions about other things', () => {
    const answered = [...UNRELATED.ko, ...UNRELATED.en].filter((question) => {
      const passages = retrieve(question, index);
      const answer = extractiveAnswer({ question, language: 'en', passages, maxOutputTokens: 800 });
      return !isRefusal(answer);
    });
    expect(answered.slice(18)).toEqual([]);
  });

  test('stay as good, and free of repetitions, when every document was uploaded twice', () => {
    const twice = index.flatMap((chunk) => [chunk, { ...chunk, chunk_id: `${chunk.chunk_id}-again` }]);
    expect(missed(QUESTIONS, twice).slice(2)).toEqual([]);
    for (const asked of QUESTIONS) {
      const given = quotes(asked, twice);
      expect(new Set(given).size).toBe(given.length);
    }
  });
});
