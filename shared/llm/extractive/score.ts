import { queryTerms, topicTerms } from '#shared/text/query-terms.ts';
import { rarity } from '#shared/text/rarity.ts';
import type { Passage } from '../request.ts';
import { answerFit } from './kinds.ts';
import { beginningOf, readStatements, type Statement } from './statements.ts';

export type ScoredStatement = Statement & {
  /** About 0 (nothing in common with the question) to 1.5 (covers it all, with the kind of fact asked for). */
  score: number;
  /** Share of the question's weight in the statement's own terms, 0 to 1. */
  ownCoverage: number;
  /** The same with the terms of its context, at a discount. */
  coverage: number;
  /** How well its figures and names match the kind of fact asked for; see `answerFit`. */
  kindFit: number;
};

/** Weight of a question term found only in the statement's context (1 = in the statement itself). */
const CONTEXT_WEIGHT: Record<keyof Statement['context'], number> = {
  under: 0.7,
  intro: 0.6,
  before: 0.4,
  section: 0.25,
  passage: 0.15,
};
/** Weight of the question in a FAQ for its answer: answers omit what their question has named. */
const FAQ_QUESTION_WEIGHT = 0.85;
/** The heading's weight falls with each statement after it: the first one usually states the main point. */
const POSITION_DECAY = 0.04;
const MAX_POSITION = 5;
const RANK_DECAY = 0.06;
/** Like BM25's b, but small: a long sentence is often the rule itself with its conditions. */
const LENGTH_PENALTY = 0.1;
/** Penalty for statements that only introduce a list or table. */
const LEAD_IN_PENALTY = 0.5;
/** Penalty for statements that only repeat the question: those with a smaller share of new terms than this. */
const REPETITION_PENALTY = 0.5;
const MIN_NEW_TERM_SHARE = 0.34;
/** Weight of a term that matches by its beginning only, which may be chance. */
const BEGINNING_WEIGHT = 0.6;
/** `몇 시까지` is matched as a figure (see `answerFit`), not as a word. */
const AMOUNT_PHRASES = /몇\s*[가-힣]+/gu;
/** Weight of terms outside the question's topic, such as endings and light verbs. */
const GRAMMAR_WEIGHT = 0.4;
/** Added to each coverage: without any shared word, `kindFit` and the passage's rank still decide. */
const TIE_BREAK = 0.01;

/** Scores all statements of the passages (best first) as answers to the question. @returns them in reading order */
export function scoreStatements(query: string, passages: readonly Passage[]): ScoredStatement[] {
  const question = query.normalize('NFC');
  const byPassage = passages.map((passage) => readStatements(passage));
  const all = byPassage.flat();
  const wanted = weighTerms(question, rarity(all.map(({ own }) => own)));
  const fitOf = answerFit(question);
  const meanLength = all.reduce((sum, { own }) => sum + own.size, 0) / Math.max(1, all.length);
  return byPassage.flatMap((statements, rank) =>
    statements.map((statement) => {
      const { own, text, intro, isLeadIn } = statement;
      const coverage = coverageOf(statement, wanted);
      const kindFit = fitOf(text, intro);
      const form = (isLeadIn ? LEAD_IN_PENALTY : 1) * (repeatsQuestion(own, wanted) ? REPETITION_PENALTY : 1);
      const length = 1 - LENGTH_PENALTY + (LENGTH_PENALTY * own.size) / Math.max(1, meanLength);
      const score = ((coverage + TIE_BREAK) * kindFit * form) / (length * (1 + RANK_DECAY * rank));
      return { ...statement, score, coverage, ownCoverage: sumOfShares(own, wanted), kindFit };
    }),
  );
}

/** A term of the question, the beginning by which other forms match it, and its share of the question's weight. */
type QuestionTerm = { term: string; beginning: string | null; share: number };

function weighTerms(question: string, rare: (term: string) => number): QuestionTerm[] {
  const topic = new Set(topicTerms(question));
  const weighed = queryTerms(question.replaceAll(AMOUNT_PHRASES, ' ')).map((term) => {
    const beginning = beginningOf(term);
    const weight = Math.min(rare(term), beginning === null ? Infinity : rare(beginning));
    const grammar = topic.has(term) ? 1 : GRAMMAR_WEIGHT;
    return { term, beginning, weight: weight * grammar };
  });
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return weighed.map(({ term, beginning, weight }) => ({
    term,
    beginning,
    share: weight / Math.max(total, Number.MIN_VALUE),
  }));
}

function sumOfShares(terms: ReadonlySet<string>, wanted: QuestionTerm[]): number {
  return wanted.reduce((sum, term) => sum + term.share * matchWeight(terms, term), 0);
}

/** The share of the question that a statement and its context cover, each term where it weighs most. */
function coverageOf({ own, context, isAnswer, position }: Statement, wanted: QuestionTerm[]): number {
  const nearness = 1 - POSITION_DECAY * Math.min(position, MAX_POSITION);
  const under = isAnswer ? FAQ_QUESTION_WEIGHT * nearness : CONTEXT_WEIGHT.under * nearness;
  const layers: [ReadonlySet<string>, number][] = [
    [own, 1],
    [context.under, under],
    [context.intro, CONTEXT_WEIGHT.intro],
    [context.before, CONTEXT_WEIGHT.before],
    [context.section, CONTEXT_WEIGHT.section],
    [context.passage, CONTEXT_WEIGHT.passage],
  ];
  return wanted.reduce((sum, term) => {
    return sum + term.share * Math.max(...layers.map(([terms, weight]) => weight * matchWeight(terms, term)));
  }, 0);
}

function matchWeight(terms: ReadonlySet<string>, { term, beginning }: QuestionTerm): number {
  if (terms.has(term)) return 1;
  return beginning !== null && terms.has(beginning) ? BEGINNING_WEIGHT : 0;
}

/** Whether a statement has hardly a term that is not in the question. A figure makes it new. */
function repeatsQuestion(own: ReadonlySet<string>, wanted: QuestionTerm[]): boolean {
  const known = new Set(wanted.flatMap(({ term, beginning }) => [term, beginning]));
  const newTerms = [...own].filter((term) => !known.has(term));
  return newTerms.length < own.size * MIN_NEW_TERM_SHARE && !newTerms.some((term) => /\d/u.test(term));
}
