import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Passage } from '../retrieval/citations.ts';
import { lexicalTokens } from '../retrieval/lexical.ts';
import { quotableSentences } from '../retrieval/sentences.ts';
import { rarity } from '../retrieval/support.ts';
import type { LlmRequest, ProviderEvent } from './request.ts';
import { estimateTokens } from './tokens.ts';

type Sentence = {
  passage: Passage;
  text: string;
  tokens: Set<string>;
  /** Position among all sentences of all passages. */
  at: number;
  score: number;
};

const MAX_SENTENCES = 3;
/** A further sentence must be nearly as good as the best one to be worth reading. */
const WORTH_ADDING = 0.55;
const SAME_THING = 0.6;
/** Below this a score is nothing but its passage's rank: retrieval found the passage by its meaning. */
const SHARES_SOMETHING = 1e-3;
const MIN_LENGTH = 8;
/** As BM25's b, but mild: a long sentence often is the rule itself, with its conditions. */
const LENGTH_PENALTY = 0.25;
const RIGHT_KIND = 1.6;
const HAS_NUMBER = 1.2;
/** `reimbursed` and `reimbursement` share their first five letters and no stem. */
const PREFIX = 5;
/** How much of its passage's, previous and next sentence's fit a sentence inherits. */
const FROM_PASSAGE = 0.25;
const FROM_PREVIOUS = 0.35;
const FROM_NEXT = 0.1;
const RANK_DECAY = 0.06;
const DELTA_LENGTH = 12;

/** A question for a kind of figure, and what such a figure looks like. */
const ANSWER_KINDS: [asks: RegExp, looks: RegExp][] = [
  [
    /며칠|얼마나 오래|기간|how (?:long|many (?:days|weeks|months|years|hours))/i,
    /\d\s*(?:일|주|개월|달|년|시간|분)|\b(?:\d+|one|two|three|five|six|seven|ten|twelve|fifteen|thirty)\s+(?:\w+\s)?(?:days?|weeks?|months?|years?|hours?|minutes?)\b/i,
  ],
  [
    /얼마|금액|비용|요금|가격|연봉|how much|price|cost|salary/i,
    /\d\s*(?:원|만|억|달러|dollars?|usd|krw|won|euros?|円|元)|[$₩€£¥]\s*\d/i,
  ],
  [
    /언제|몇 ?시|몇 ?월|날짜|시각|when|what (?:time|date|year|day)|いつ/i,
    /\d\s*(?:일|월|년|시|분|am|pm|:\d|st|nd|rd|th)|january|february|march|april|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day/i,
  ],
  [
    /몇 ?(?:번|회|차례)|횟수|how (?:often|many times)/i,
    /\d\s*(?:번|회|차례|times?)|once|twice|daily|weekly|monthly/i,
  ],
  [
    /몇 ?(?:명|분|사람)|인원|how many (?:people|persons|employees)/i,
    /\d\s*(?:명|인|people|persons|employees)/i,
  ],
  [/몇 ?(?:%|퍼센트|프로)|비율|percent|rate|proportion/i, /\d\s*(?:%|퍼센트|프로|percent)/i],
];
const ASKS_FOR_NUMBER = /몇|얼마|how (?:many|much|long|often|old)|number of|何|いくら|多少|几|幾/i;

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
  const chosen = bestSentences(question, passages);
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

/** The sentences that answer the question best, at most three, those of one document in reading order. */
function bestSentences(question: string, passages: Passage[]): Sentence[] {
  const sentences = scored(question, passages);
  const ranked = sentences
    .filter(({ text }) => text.length >= MIN_LENGTH)
    .toSorted((a, b) => b.score - a.score || a.at - b.at);
  const [best] = ranked;
  if (!best) return sentences.slice(0, 1);
  if (best.score < SHARES_SOMETHING) return [best];
  const chosen = [best];
  for (const candidate of ranked) {
    if (chosen.length >= MAX_SENTENCES || candidate.score < best.score * WORTH_ADDING) break;
    if (chosen.every((each) => each !== candidate && !saysTheSame(each, candidate))) chosen.push(candidate);
  }
  return chosen.toSorted((a, b) => a.at - b.at);
}

function scored(question: string, passages: Passage[]): Sentence[] {
  const sentences = passages.flatMap((passage) =>
    quotableSentences(passage.text).map(({ start, end }) => {
      const text = passage.text.slice(start, end);
      return { passage, text, tokens: featuresOf(text), at: 0, score: 0 };
    }),
  );
  const fit = fitOf(featuresOf(question), sentences);
  const own = sentences.map(({ tokens }) => fit(tokens));
  const ofPassage = new Map(passages.map((passage) => [passage, fit(tokensOf(passage))]));
  const kindOf = answerKind(question);
  return sentences.map((sentence, at) => {
    const near = (step: number): number =>
      sentences[at + step]?.passage === sentence.passage ? (own[at + step] ?? 0) : 0;
    // In a FAQ the question itself fits best, and the answer is the sentence after it.
    const isQuestion = /[?？]["'”’」』)]*$/.test(sentence.text);
    const followsQuestion = near(-1) > 0 && /[?？]\S{0,2}$/.test(sentences[at - 1]?.text ?? '');
    const base =
      (own[at] ?? 0) * (isQuestion ? 0.3 : 1) +
      near(-1) * (followsQuestion ? 1 : FROM_PREVIOUS) +
      near(1) * FROM_NEXT +
      (ofPassage.get(sentence.passage) ?? 0) * FROM_PASSAGE;
    const rank = 1 / (1 + RANK_DECAY * passages.indexOf(sentence.passage));
    return { ...sentence, at, score: base * rank * kindOf(sentence.text) + rank * 1e-6 };
  });
}

/** How well a set of tokens covers the question: the rarity of what they share, damped by length. */
function fitOf(wanted: ReadonlySet<string>, sentences: Sentence[]): (tokens: Set<string>) => number {
  const weigh = rarity(sentences.map(({ tokens }) => tokens));
  const mean = sentences.reduce((sum, { tokens }) => sum + tokens.size, 0) / Math.max(1, sentences.length);
  return (tokens) => {
    let shared = 0;
    for (const token of wanted) if (tokens.has(token)) shared += weigh(token);
    return shared / (1 - LENGTH_PENALTY + LENGTH_PENALTY * (tokens.size / Math.max(1, mean)));
  };
}

/** How much a sentence's figures speak for it, given what the question asks for. */
function answerKind(question: string): (text: string) => number {
  const looks = ANSWER_KINDS.filter(([asks]) => asks.test(question)).map(([, look]) => look);
  const wantsNumber = looks.length > 0 || ASKS_FOR_NUMBER.test(question);
  return (text) => {
    if (looks.some((look) => look.test(text))) return RIGHT_KIND;
    return wantsNumber && /\d/.test(text) ? HAS_NUMBER : 1;
  };
}

/** A heading names what its sentences no longer say. */
function tokensOf({ heading, text }: Passage): Set<string> {
  return featuresOf(`${heading ?? ''}\n${text}`);
}

/** The tokens of a text, and the beginnings of its longer Latin words. */
function featuresOf(text: string): Set<string> {
  const tokens = lexicalTokens(text);
  const prefixes = tokens.flatMap((token) =>
    /^[a-z]{6,}$/.test(token) ? [`${token.slice(0, PREFIX)}~`] : [],
  );
  return new Set([...tokens, ...prefixes]);
}

/** Overlapping chunks hold the same sentence twice; documents repeat themselves in other words. */
function saysTheSame(a: Sentence, b: Sentence): boolean {
  let shared = 0;
  for (const token of a.tokens) if (b.tokens.has(token)) shared += 1;
  return shared >= SAME_THING * Math.min(a.tokens.size, b.tokens.size);
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
