import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LlmRequest, Passage, ProviderEvent } from '../request.ts';
import { estimateTokens } from '../tokens.ts';
import { type Scored, scoreStatements } from './score.ts';

const MAX_SENTENCES = 3;
/** A further sentence must be nearly as good as the best one to be worth reading. */
const WORTH_ADDING = 0.7;
/** … and say by itself, not by its heading alone, some of what the best one says. */
const OWN_WORDS = 0.5;
/** Two sentences with so many of their terms in common, and the same figures, say the same. */
const SAME_THING = 0.75;
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
 * quoted and cited. Needs no key and no network, and the same input always gives the same answer.
 */
export async function* extractiveEvents(
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
    const line = `“${quotable(text)}” [${passage.index}]`;
    budget -= estimateTokens(line);
    // The best sentence is given even when it exceeds a tiny limit: half a quote would not be one.
    if (lines.length > 0 && budget < 0) break;
    lines.push(line);
  }
  return `${inLanguage(FRAMES, language)}\n\n${lines.join('\n\n')}`;
}

/** The statements that answer the question best, the most useful first, at most three. */
function bestStatements(question: string, passages: Passage[]): Scored[] {
  const scored = scoreStatements(question, passages);
  // Sorting is stable: what is equally good stays in the order of the passages.
  const ranked = scored.toSorted((a, b) => b.score - a.score);
  const [best] = ranked;
  // Without a word in common with the question (it was found by its meaning) one guess is enough.
  if (!best || best.covered === 0) return ranked.slice(0, 1);
  const chosen: Scored[] = [];
  for (const candidate of ranked) {
    if (chosen.length >= MAX_SENTENCES || candidate.score < best.score * WORTH_ADDING) break;
    if (candidate.said < best.said * OWN_WORDS && candidate.fit <= best.fit) continue;
    if (!chosen.some((each) => saysTheSame(each, candidate))) chosen.push(candidate);
  }
  return chosen;
}

/**
 * Overlapping chunks hold the same sentence twice, and so does a document that was uploaded twice. Other figures
 * make it another sentence: a rule and its new version, two rows of a table.
 */
function saysTheSame(a: Scored, b: Scored): boolean {
  const apart = [...missing(a.own, b.own), ...missing(b.own, a.own)];
  if (apart.some((term) => /\d/u.test(term))) return false;
  const together = (a.own.size + b.own.size - apart.length) / 2;
  return together >= SAME_THING * (together + apart.length);
}

function missing(from: ReadonlySet<string>, terms: ReadonlySet<string>): string[] {
  return [...terms].filter((term) => !from.has(term));
}

/** Numbers in brackets would read as citations, backticks would hide the marker that follows. */
function quotable(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[[【](\^?\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)[\]】]/g, '($1)')
    .replaceAll('`', '');
}

function inLanguage(texts: Record<string, string>, language: string): string {
  return texts[language.slice(0, 2).toLowerCase()] ?? String(texts.en);
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
