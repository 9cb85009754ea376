import { hitAt, ndcg, reciprocalRank } from '../metrics/ranking.ts';
import { areaUnderCurve, type Estimate, estimateMean, quantile } from '../metrics/statistics.ts';
import type { Answered } from '../platform/chat.ts';
import type { Found, Mode } from '../platform/search.ts';

/** How well passages were ranked, over the questions that have an answer. */
export type Ranking = Record<'hit1' | 'hit3' | 'hit5' | 'hit10' | 'mrr' | 'ndcg', Estimate>;
type Times = { median: number; p95: number };
/** `precision`: of what was refused, how much is not there. `recall`: of what is not there, how much was refused. */
type Refusals = { precision: Estimate; recall: Estimate };

export type ModeSummary = {
  mode: Mode;
  all: Ranking;
  byKind: Map<string, Ranking>;
  byLanguage: Map<string, Ranking>;
  /** By the score of the first hit; null where every question has an answer. */
  refusals: (Refusals & { areaUnderCurve: number }) | null;
  /** Milliseconds of each stage that the platform measured, and of the round trip. */
  times: Map<string, Times>;
};

type Outcomes = { right: Estimate; wrong: number; refused: number; tentative: number };

export type AnswerSummary = {
  /** Over the questions that have an answer. */
  answers: Outcomes;
  byKind: Map<string, Outcomes>;
  byLanguage: Map<string, Outcomes>;
  refusals: Refusals;
  /** Answers to questions that have none: `wrong` were invented, `tentative` of these said that they may be wrong. */
  unanswerable: Outcomes;
  /** Share of the messages without a passage that were replied to as such. */
  handled: Estimate;
  /** Share of the questions that look like small talk for which the documents were searched. */
  searched: Estimate;
  /** Share of the citations, over those that say so. */
  verified: Estimate;
  times: Times;
};

export function summarizeMode(mode: Mode, found: Found[], threshold: number): ModeSummary {
  const answerable = found.filter(({ question }) => question.expects === 'answer');
  return {
    mode,
    all: rankingOf(answerable),
    byKind: grouped(answerable, ({ question }) => question.kind, rankingOf),
    byLanguage: grouped(answerable, ({ question }) => question.lang, rankingOf),
    refusals: refusalsByScore(found, threshold),
    times: stageTimes(found),
  };
}

/** Estimates how much higher the reciprocal rank is in one mode than in another, question by question. */
export function compareModes(found: Found[], base: Found[]): Estimate {
  const before = new Map(base.map((each) => [each.question, reciprocalRank(each.ranks)]));
  const answerable = found.filter(({ question }) => question.expects === 'answer');
  return estimateMean(
    answerable.map(({ question, ranks }) => reciprocalRank(ranks) - (before.get(question) ?? 0)),
  );
}

export function summarizeAnswers(answered: Answered[]): AnswerSummary {
  const expecting = (what: string) => answered.filter(({ question }) => question.expects === what);
  const answerable = expecting('answer');
  const unanswerable = expecting('refusal');
  const refused = [...answerable, ...unanswerable].map(({ question, outcome }) => ({
    isThere: question.expects === 'answer',
    isRefused: outcome === 'refused',
  }));
  return {
    answers: outcomesOf(answerable),
    byKind: grouped(answerable, ({ question }) => question.kind, outcomesOf),
    byLanguage: grouped(answerable, ({ question }) => question.lang, outcomesOf),
    refusals: refusalsOf(refused),
    unanswerable: outcomesOf(unanswerable),
    handled: estimateMean(expecting('reply').map(isRight)),
    searched: estimateMean(expecting('search').map(isRight)),
    verified: estimateMean(answered.flatMap(({ verified }) => verified.map(Number))),
    times: timesOf(answered.map(({ roundTripMs }) => roundTripMs)),
  };
}

function rankingOf(found: Found[]): Ranking {
  const of = (measure: (one: Found) => number) => estimateMean(found.map(measure));
  return {
    hit1: of(({ ranks }) => hitAt(ranks, 1)),
    hit3: of(({ ranks }) => hitAt(ranks, 3)),
    hit5: of(({ ranks }) => hitAt(ranks, 5)),
    hit10: of(({ ranks }) => hitAt(ranks, 10)),
    mrr: of(({ ranks }) => reciprocalRank(ranks)),
    ndcg: of(({ ranks, question }) => ndcg(ranks, question.places)),
  };
}

function refusalsByScore(found: Found[], threshold: number): ModeSummary['refusals'] {
  const scoresOf = (what: string) =>
    found.filter(({ question }) => question.expects === what).map(({ score }) => score);
  const [there, missing] = [scoresOf('answer'), scoresOf('refusal')];
  if (missing.length === 0) return null;
  const judged = [true, false].flatMap((isThere) =>
    (isThere ? there : missing).map((score) => ({ isThere, isRefused: score < threshold })),
  );
  return { ...refusalsOf(judged), areaUnderCurve: areaUnderCurve(there, missing) };
}

function refusalsOf(judged: { isThere: boolean; isRefused: boolean }[]): Refusals {
  const refused = judged.filter(({ isRefused }) => isRefused);
  const missing = judged.filter(({ isThere }) => !isThere);
  return {
    precision: estimateMean(refused.map(({ isThere }) => Number(!isThere))),
    recall: estimateMean(missing.map(({ isRefused }) => Number(isRefused))),
  };
}

function outcomesOf(answered: Answered[]): Outcomes {
  const count = (holds: (one: Answered) => boolean) => answered.filter(holds).length;
  return {
    right: estimateMean(answered.map(isRight)),
    wrong: count(({ outcome }) => outcome === 'wrong'),
    refused: count(({ outcome }) => outcome === 'refused'),
    tentative: count(({ isTentative }) => isTentative),
  };
}

function isRight({ outcome }: Answered): number {
  return outcome === 'right' ? 1 : 0;
}

function stageTimes(found: Found[]): Map<string, Times> {
  const stages = new Set(found.flatMap(({ tookMs }) => Object.keys(tookMs)));
  const times = [...stages].flatMap((stage): [string, Times][] => {
    const taken = found.flatMap(({ tookMs }) => tookMs[stage] ?? []);
    return taken.length === 0 ? [] : [[stage, timesOf(taken)]];
  });
  return new Map([...times, ['round trip', timesOf(found.map(({ roundTripMs }) => roundTripMs))]]);
}

function timesOf(taken: number[]): Times {
  return { median: quantile(taken, 0.5), p95: quantile(taken, 0.95) };
}

function grouped<T, S>(items: T[], keyOf: (item: T) => string, summarize: (group: T[]) => S): Map<string, S> {
  const groups = Map.groupBy(items, keyOf);
  return new Map([...groups].map(([key, group]) => [key, summarize(group)]));
}
