import { queryTerms, topicTerms } from '#shared/text/query-terms.ts';
import { rarity } from '#shared/text/rarity.ts';
import type { Passage } from '../request.ts';
import { answerFit } from './kinds.ts';
import { beginningOf, readStatements, type Statement } from './statements.ts';

export type Scored = Statement & {
  /** About 0 (nothing in common with the question) to 1.5 (says it all, and has the kind of fact asked for). */
  score: number;
  /** The share of the question that its own words hold, 0 to 1. */
  said: number;
  /** The share that its own words and its surroundings hold, the latter at a discount. */
  covered: number;
  /** See `answerFit`. */
  fit: number;
};

/** What a term of the question counts that only the surroundings of a statement hold; in its own words, 1. */
const LENDS: Record<keyof Statement['context'], number> = {
  under: 0.7,
  intro: 0.6,
  before: 0.4,
  section: 0.25,
  passage: 0.15,
};
/** The question of a FAQ names what its answer no longer says. */
const UNDER_QUESTION = 0.85;
/** The first sentence after a heading says the main thing. */
const PLACE_DECAY = 0.04;
const MAX_PLACE = 5;
const RANK_DECAY = 0.06;
/** As BM25's b, but mild: a long sentence often is the rule itself, with its conditions. */
const LENGTH_PENALTY = 0.1;
const LEAD_IN = 0.5;
/** Whoever only repeats the question does not answer it. */
const ECHO = 0.5;
const NEWS = 0.34;
/** A shared beginning may be chance. */
const BEGINNING_WEIGHT = 0.6;
/** `몇 시까지` is looked for as a figure (see `answerFit`), not as a word. */
const COUNTED = /몇\s*[가-힣]+/gu;
/** What is not the question's topic (endings, light verbs) says little. */
const GRAMMAR_WEIGHT = 0.4;
/** When no sentence shares a word with the question, the best passage's likeliest sentence comes first. */
const TIE_BREAK = 0.01;

/** All that the passages (best first) say, each with its worth as an answer to the question, in reading order. */
export function scoreStatements(asked: string, passages: readonly Passage[]): Scored[] {
  const question = asked.normalize('NFC');
  const byPassage = passages.map((passage) => readStatements(passage));
  const all = byPassage.flat();
  const wanted = wantedTerms(question, rarity(all.map(({ own }) => own)));
  const fitOf = answerFit(question);
  const meanLength = all.reduce((sum, { own }) => sum + own.size, 0) / Math.max(1, all.length);
  return byPassage.flatMap((statements, rank) =>
    statements.map((statement) => {
      const { own, text, intro, isLeadIn } = statement;
      const covered = coverage(statement, wanted);
      const fit = fitOf(text, intro);
      const form = (isLeadIn ? LEAD_IN : 1) * (isEcho(own, wanted) ? ECHO : 1);
      const length = 1 - LENGTH_PENALTY + (LENGTH_PENALTY * own.size) / Math.max(1, meanLength);
      const score = ((covered + TIE_BREAK) * fit * form) / (length * (1 + RANK_DECAY * rank));
      return { ...statement, score, covered, said: share(own, wanted), fit };
    }),
  );
}

/** A term of the question, the beginning that may stand for it, and its share of the question's weight. */
type Wanted = { term: string; beginning: string | null; share: number };

function wantedTerms(question: string, rare: (term: string) => number): Wanted[] {
  const topic = new Set(topicTerms(question));
  const weighed = queryTerms(question.replaceAll(COUNTED, ' ')).map((term) => {
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

function share(terms: ReadonlySet<string>, wanted: Wanted[]): number {
  return wanted.reduce((sum, term) => sum + term.share * holds(terms, term), 0);
}

/** The share of the question that a statement and its surroundings speak of, each term where it counts most. */
function coverage({ own, context, isAnswer, place }: Statement, wanted: Wanted[]): number {
  const nearness = 1 - PLACE_DECAY * Math.min(place, MAX_PLACE);
  const under = isAnswer ? UNDER_QUESTION * nearness : LENDS.under * nearness;
  const layers: [ReadonlySet<string>, number][] = [
    [own, 1],
    [context.under, under],
    [context.intro, LENDS.intro],
    [context.before, LENDS.before],
    [context.section, LENDS.section],
    [context.passage, LENDS.passage],
  ];
  return wanted.reduce((sum, term) => {
    return sum + term.share * Math.max(...layers.map(([terms, weight]) => weight * holds(terms, term)));
  }, 0);
}

function holds(terms: ReadonlySet<string>, { term, beginning }: Wanted): number {
  if (terms.has(term)) return 1;
  return beginning !== null && terms.has(beginning) ? BEGINNING_WEIGHT : 0;
}

/** Whether hardly a term of a statement is not the question's own. A figure always is news. */
function isEcho(own: ReadonlySet<string>, wanted: Wanted[]): boolean {
  const asked = new Set(wanted.flatMap(({ term, beginning }) => [term, beginning]));
  const news = [...own].filter((term) => !asked.has(term));
  return news.length < own.size * NEWS && !news.some((term) => /\d/u.test(term));
}
