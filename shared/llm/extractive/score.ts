import { findFigures } from '#shared/text/figures.ts';
import { lexicalTokens } from '#shared/text/lexical.ts';
import { queryTerms, topicTerms } from '#shared/text/query-terms.ts';
import { rarity } from '#shared/text/rarity.ts';
import type { Span } from '#shared/text/sentences.ts';
import type { Passage } from '../request.ts';
import { answerFit } from './kinds.ts';
import { namesOther } from './labels.ts';
import { asksCondition, codesIn, divideMessage, setAside } from './question.ts';
import { readStatements, type Statement } from './statements.ts';
import { isSynonymTerm, synonymTerms } from './synonyms.ts';
import { namesRow } from './table.ts';
import { beginningOf, termsOf } from './terms.ts';
import { completeStatement, MIN_NEW_TERM_SHARE, refersBack } from './together.ts';
import { rateVersions } from './versions.ts';
import { WEIGHTS } from './weights.ts';

export type ScoredStatement = Statement & {
  /** About 0 (nothing in common with the question) to 1.5 (covers it all, with the kind of fact asked for). */
  score: number;
  /** Share of the question's weight in the statement's own terms, 0 to 1. */
  ownCoverage: number;
  /** The same with the terms of its context, at a discount. */
  coverage: number;
  /** How well its figures and names match the kind of fact asked for; see `answerFit`. */
  kindFit: number;
  /** How much closer its meaning is to the question than that of the middle statement; 0 where it was not compared. */
  spans: number;
  /** Lower where the answer before the question said it already, else 1. */
  news: number;
  /** It with the sentences of its paragraph that it does not make sense without, in order. */
  together: Statement[];
};

/** `몇 시까지` is matched as a figure (see `answerFit`), not as a word. */
const AMOUNT_PHRASES = /몇\s*[가-힣]+/gu;

/**
 * Scores all statements of the passages (best first) as answers to the question.
 * @param answered what the answer before a follow-up said
 * @returns them in reading order
 */
export function scoreStatements(
  question: string,
  passages: readonly Passage[],
  answered = '',
): ScoredStatement[] {
  const byPassage = passages.map((passage) => readStatements(passage));
  const all = byPassage.flat();
  const rating: Rating = {
    question,
    wanted: weighTerms(setAside(question).rest, rarity(all.map(({ own }) => own))),
    fitOf: answerFit(divideMessage(question).asked),
    versionOf: rateVersions(question, passages),
    answered: termsOf(answered),
    meanLength: all.reduce((sum, { own }) => sum + own.size, 0) / Math.max(1, all.length),
    bestPassage: Math.max(...passages.map(({ score }) => score), Number.MIN_VALUE),
  };
  return byPassage.flatMap((statements, rank) =>
    statements.map((statement) => scoreStatement(statement, rank, rating)),
  );
}

/** What the statements of one question are rated by. */
type Rating = {
  question: string;
  wanted: QuestionTerm[];
  fitOf: (text: string, intro: string) => number;
  versionOf: (statement: Statement) => number;
  answered: ReadonlySet<string>;
  meanLength: number;
  bestPassage: number;
};

function scoreStatement(statement: Statement, rank: number, rating: Rating): ScoredStatement {
  const { own, text, intro } = statement;
  const { wanted, fitOf, meanLength, bestPassage } = rating;
  const coverage = coverageOf(statement, wanted);
  const newShare = shareOfNew(own, wanted);
  const together = completeStatement(statement, newShare, fitOf);
  const others = together.filter((each) => each !== statement);
  const kindFit = Math.max(
    fitOf(text, intro),
    ...others.map((each) => WEIGHTS.nextFit * fitOf(each.text, intro)),
  );
  const isBareRepetition = newShare < MIN_NEW_TERM_SHARE && together.at(-1) === statement;
  const form =
    formOf(statement, rating.question) *
    (isBareRepetition ? WEIGHTS.repetition : 1) *
    conditionOf(text, rating);
  const length = 1 - WEIGHTS.length + (WEIGHTS.length * own.size) / Math.max(1, meanLength);
  const trust = 1 - WEIGHTS.passageScore + (WEIGHTS.passageScore * statement.passage.score) / bestPassage;
  const fit = (coverage + WEIGHTS.tieBreak) * kindFit * form * rating.versionOf(statement);
  const news = newsOf(statement, rating.answered);
  const score = (news * fit * trust) / (length * (1 + WEIGHTS.rankDecay * rank));
  return {
    ...statement,
    score,
    coverage,
    ownCoverage: sumOfShares(own, wanted),
    kindFit,
    spans: 0,
    news,
    together,
  };
}

/** `5일 이상 쉬려면 …`, `If the delay is the bank's fault, …`: the condition that a sentence begins with. */
const CONDITION =
  /^(?:[^,.]{2,40}?(?:면|경우(?:에는?|에만)?|때에?는)(?=[\s,])|(?:if|when|where|unless)\b[^,.]{3,70},)/iu;
/** A question that names this share of a condition asks about it. */
const MIN_NAMED_OF_CONDITION = 0.34;

/** A factor, lower under a condition that the question neither names nor asks for. */
function conditionOf(text: string, { question, wanted }: Rating): number {
  return asksCondition(question) || namesCondition(text, wanted) ? 1 : WEIGHTS.unaskedCondition;
}

/** Whether a statement holds without condition, or under one that the question names. */
function namesCondition(text: string, wanted: QuestionTerm[]): boolean {
  const condition = CONDITION.exec(text)?.[0];
  return condition === undefined || 1 - shareOfNew(termsOf(condition), wanted) >= MIN_NAMED_OF_CONDITION;
}

/** A statement of which the last answer holds this share of the terms was said in it. */
const MIN_SAID = 0.7;

/** A factor, lower for what the answer before the question said already. A row has other cells to tell. */
function newsOf({ own, shape }: Statement, answered: ReadonlySet<string>): number {
  if (shape === 'row') return 1;
  const said = [...own].filter((term) => answered.has(term)).length;
  return said > 0 && said >= own.size * MIN_SAID ? WEIGHTS.said : 1;
}

function formOf(statement: Statement, question: string): number {
  const text = statement.text.toLowerCase();
  if (setAside(question).words.some((word) => text.includes(word)) || namesOther(question)(text))
    return WEIGHTS.setAside;
  if (statement.shape === 'row' && namesRow(question, statement)) return WEIGHTS.namedRow;
  return statement.isLeadIn ? WEIGHTS.leadIn : 1;
}

/**
 * A term of the question with the other forms that match it, each with its weight (the beginning of a word, a date
 * without its year), and its share of the question's weight.
 */
type QuestionTerm = { term: string; forms: [form: string, weight: number][]; share: number };

/** Of the terms of a figure, from the most exact to the coarsest: a date, its month and day, its month. */
const FIGURE_FORMS = [1, 0.9, 0.4, 0.2];

function weighTerms(question: string, rare: (term: string) => number): QuestionTerm[] {
  const { asked, story } = divideMessage(question);
  const weighed = new Map(weighPart(asked, rare).map((term) => [term.term, term]));
  const around = weighPart(story, rare);
  // However long the story is, the question leads.
  const most =
    (WEIGHTS.story * sumShares([...weighed.values()])) / Math.max(sumShares(around), Number.MIN_VALUE);
  for (const term of around) {
    const share = term.share * Math.min(most, WEIGHTS.story);
    if (share > (weighed.get(term.term)?.share ?? 0)) weighed.set(term.term, { ...term, share });
  }
  const all = [...weighed.values()];
  const total = sumShares(all);
  return all.map((term) => ({ ...term, share: term.share / Math.max(total, Number.MIN_VALUE) }));
}

function sumShares(terms: QuestionTerm[]): number {
  return terms.reduce((sum, { share }) => sum + share, 0);
}

function weighPart(text: string, rare: (term: string) => number): QuestionTerm[] {
  if (text === '') return [];
  const found = findFigures(text);
  const figures = found.map(({ terms }): QuestionTerm => {
    const forms = terms.map((term, i): [string, number] => [term, FIGURE_FORMS[i] ?? 0]);
    return { term: terms.join(), forms, share: WEIGHTS.figure * rare(terms[0] ?? '') };
  });
  const synonyms = synonymTerms(text).map((term): QuestionTerm => {
    return { term, forms: [[term, 1]], share: WEIGHTS.synonym * rare(term) };
  });
  return [...weighWords(withoutSpans(text, found), rare), ...figures, ...synonyms];
}

function weighWords(text: string, rare: (term: string) => number): QuestionTerm[] {
  const topic = new Set(topicTerms(text));
  const codes = new Set(codesIn(text).flatMap((code) => lexicalTokens(code)));
  const words = queryTerms(text.replaceAll(AMOUNT_PHRASES, ' ')).map((term): QuestionTerm => {
    const beginning = beginningOf(term);
    const weight = Math.min(rare(term), beginning === null ? Infinity : rare(beginning));
    const kind = (topic.has(term) ? 1 : WEIGHTS.grammar) * (codes.has(term) ? WEIGHTS.code : 1);
    const forms: QuestionTerm['forms'] = beginning === null ? [] : [[beginning, WEIGHTS.beginning]];
    return { term, forms: [[term, 1], ...forms], share: weight * kind };
  });
  spreadWords(text, words);
  return words;
}

/** Figures are matched as such; their digits and counters are no words. */
function withoutSpans(text: string, spans: Span[]): string {
  return spans.reduce(
    (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
    text,
  );
}

/**
 * Lowers the weights of a long Korean word's bigrams: otherwise a word of five syllables would weigh four times as
 * much as one of two.
 */
function spreadWords(text: string, words: QuestionTerm[]): void {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/[가-힣]+/gu)) {
    const grams = lexicalTokens(word).filter((gram) => words.some(({ term }) => term === gram));
    for (const gram of grams) counts.set(gram, Math.min(counts.get(gram) ?? Infinity, grams.length));
  }
  for (const word of words) word.share /= (counts.get(word.term) ?? 1) ** WEIGHTS.bigramSpread;
}

function sumOfShares(terms: ReadonlySet<string>, wanted: QuestionTerm[]): number {
  return wanted.reduce((sum, term) => sum + term.share * matchWeight(terms, term), 0);
}

/** The share of the question that a statement and its context cover, each term where it weighs most. */
function coverageOf(statement: Statement, wanted: QuestionTerm[]): number {
  const { text, own, context, isAnswer, position } = statement;
  const { context: weights, positionDecay, maxPosition } = WEIGHTS;
  const nearness = 1 - positionDecay * Math.min(position, maxPosition);
  const layers: [ReadonlySet<string>, number][] = [
    [own, 1],
    [context.under, (isAnswer ? weights.faqQuestion : weights.under) * nearness],
    [context.intro, weights.intro],
    [context.before, refersBack(text) ? weights.beforeReference : weights.before],
    [context.opening, weights.opening],
    [context.section, weights.section],
    [context.passage, weights.passage],
    [context.title, weights.title],
  ];
  return wanted.reduce((sum, term) => {
    return sum + term.share * Math.max(...layers.map(([terms, weight]) => weight * matchWeight(terms, term)));
  }, 0);
}

function matchWeight(terms: ReadonlySet<string>, { forms }: QuestionTerm): number {
  return forms.reduce((best, [form, weight]) => (weight > best && terms.has(form) ? weight : best), 0);
}

/** The share of a statement's terms that are not in the question. A new figure makes all of it new. */
function shareOfNew(own: ReadonlySet<string>, wanted: QuestionTerm[]): number {
  const known = new Set(wanted.flatMap(({ forms }) => forms.map(([form]) => form)));
  const words = [...own].filter((term) => !isSynonymTerm(term));
  const newTerms = words.filter((term) => !known.has(term));
  return newTerms.some((term) => /\d/u.test(term)) ? 1 : newTerms.length / Math.max(1, words.length);
}
