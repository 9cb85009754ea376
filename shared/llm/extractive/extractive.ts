import { setImmediate as nextTurn } from 'node:timers/promises';
import { BRACKETED_NUMBERS, type LlmRequest, type Passage, type ProviderEvent } from '../request.ts';
import { estimateTokens } from '../tokens.ts';
import { type ScoredStatement, scoreStatements } from './score.ts';

const MAX_SENTENCES = 3;
/** A further sentence needs this share of the best one's score. */
const MIN_SCORE_SHARE = 0.7;
/** It also needs this share of the best one's `ownCoverage`, or a better `kindFit`: its heading is not enough. */
const MIN_OWN_COVERAGE_SHARE = 0.5;
/** Sentences that share this part of their terms, and all figures, count as the same statement. */
const SAME_STATEMENT_OVERLAP = 0.75;
const DELTA_LENGTH = 12;

const FRAMES: Record<string, string> = {
  ko: '문서에서 확인한 내용입니다.',
  en: 'This is what the documents say:',
  ja: '文書には次のように書かれています。',
  zh: '文档中的相关内容如下：',
};

const NOTHING: Record<string, string> = {
  ko: '인용할 문서가 없어 답변드릴 수 없습니다.',
  en: 'There is no document to quote an answer from.',
  ja: '引用できる文書がないため、お答えできません。',
  zh: '没有可引用的文档，无法回答。',
};

/**
 * `builtin/extractive`: answers with the one to three sentences of the passages that fit the question best,
 * quoted and cited. It needs neither an API key nor a network, and the same input always gives the same answer.
 */
export async function* streamExtractive(
  _model: string,
  request: LlmRequest,
  signal: AbortSignal,
): AsyncGenerator<ProviderEvent> {
  const answer = extractiveAnswer(request);
  for (let at = 0; at < answer.length; ) {
    signal.throwIfAborted();
    const space = answer.indexOf(' ', at + DELTA_LENGTH / 2);
    const end = space < 0 || space > at + DELTA_LENGTH * 2 ? at + DELTA_LENGTH : space;
    const cut = isLowSurrogate(answer, end) ? end + 1 : end;
    yield { type: 'delta', text: answer.slice(at, cut) };
    at = cut;
    await nextTurn();
  }
  yield { type: 'finish', reason: 'stop' };
}

type Extraction = Pick<LlmRequest, 'question' | 'language' | 'passages' | 'maxOutputTokens'>;

/** The whole answer of `builtin/extractive`, with `[n]` markers. */
export function extractiveAnswer({ question, language, passages, maxOutputTokens }: Extraction): string {
  const chosen = bestStatements(question, passages);
  if (chosen.length === 0) return inLanguage(NOTHING, language);
  const lines: string[] = [];
  let budget = maxOutputTokens;
  for (const { text, passage } of chosen) {
    const line = `“${toQuote(text)}” [${passage.index}]`;
    budget -= estimateTokens(line);
    // The best sentence is given even over the limit: a part of it would no longer be a quote.
    if (lines.length > 0 && budget < 0) break;
    lines.push(line);
  }
  return `${inLanguage(FRAMES, language)}\n\n${lines.join('\n\n')}`;
}

/** The statements that answer the question best, best first, at most three. */
function bestStatements(question: string, passages: Passage[]): ScoredStatement[] {
  const scored = scoreStatements(question, passages);
  // Sorting is stable: equal scores stay in the order of the passages.
  const ranked = scored.toSorted((a, b) => b.score - a.score);
  const [best] = ranked;
  // No statement shares a word with the question (passages were found by meaning): give one guess only.
  if (!best || best.coverage === 0) return ranked.slice(0, 1);
  const chosen: ScoredStatement[] = [];
  for (const candidate of ranked) {
    if (chosen.length >= MAX_SENTENCES || candidate.score < best.score * MIN_SCORE_SHARE) break;
    if (
      candidate.ownCoverage < best.ownCoverage * MIN_OWN_COVERAGE_SHARE &&
      candidate.kindFit <= best.kindFit
    )
      continue;
    if (!chosen.some((each) => areSameStatement(each, candidate))) chosen.push(candidate);
  }
  return chosen;
}

/**
 * Overlapping chunks, and documents uploaded twice, contain the same sentence twice. Sentences with different figures
 * count as different: they are a rule and its new version, or two rows of a table.
 */
function areSameStatement(a: ScoredStatement, b: ScoredStatement): boolean {
  const apart = [...termsMissing(a.own, b.own), ...termsMissing(b.own, a.own)];
  if (apart.some((term) => /\d/u.test(term))) return false;
  const together = (a.own.size + b.own.size - apart.length) / 2;
  return together >= SAME_STATEMENT_OVERLAP * (together + apart.length);
}

function termsMissing(from: ReadonlySet<string>, terms: ReadonlySet<string>): string[] {
  return [...terms].filter((term) => !from.has(term));
}

/** Removes bracketed numbers, which would read as citations, and backticks, which would hide the marker after them. */
function toQuote(text: string): string {
  return text.replace(/\s+/g, ' ').replace(BRACKETED_NUMBERS, '($1)').replaceAll('`', '');
}

function inLanguage(texts: Record<string, string>, language: string): string {
  return texts[language.slice(0, 2).toLowerCase()] ?? String(texts.en);
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
