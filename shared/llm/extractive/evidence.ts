import { type LogisticWeights, logistic } from '#shared/core/logistic.ts';
import { EVIDENCE_WEIGHTS } from './evidence-weights.ts';
import { figureKinds } from './kinds.ts';
import { askedSubject, divideMessage } from './question.ts';
import type { ScoredStatement } from './score.ts';
import { termsOf } from './terms.ts';

/** `clear`: it answers; `weak`: it may answer; `none`: it is about something else. */
export type Evidence = 'clear' | 'weak' | 'none';

/** What speaks for or against a chosen statement being the answer. Each is about from 0 to 1. */
export type EvidenceSignals = {
  /** The calibrated score of the best passage, and of the statement's own. */
  best: number;
  passage: number;
  /** The share of the question that the statement covers with its context. */
  coverage: number;
  /** That share is what chance words cover, more or less: 1, else 0. */
  slight: number;
  /** It holds the kind of fact asked for: 1, else 0. */
  fits: number;
  /** The question asks for a figure, and what is shown has none: 1, else 0. */
  lacks: number;
  /** How far its meaning is closer to the question than that of the middle statement. */
  spans: number;
  /** It is in another language than the question, so that only names, numbers and synonyms match: 1, else 0. */
  foreign: number;
  /** It does not name what the question asks the amount of: 1, else 0. */
  unnamed: number;
};

/** Between languages only names, numbers and synonyms match. */
const CHANCE = { same: 0.2, foreign: 0.12 };

/** Measures the signals of a statement; `shown` is all of it that will be quoted. */
export function measureEvidence(
  question: string,
  shown: string,
  { statement, bestPassage }: { statement: ScoredStatement; bestPassage: number },
): EvidenceSignals {
  const { coverage, kindFit, spans, passage, text } = statement;
  const isForeign = isKorean(question) !== isKorean(text);
  const kinds = figureKinds(divideMessage(question).asked);
  return {
    best: bestPassage,
    passage: passage.score,
    coverage,
    slight: coverage < CHANCE[isForeign ? 'foreign' : 'same'] ? 1 : 0,
    fits: kindFit > 1 ? 1 : 0,
    lacks: kinds.every((kind) => kind.test(shown)) ? 0 : 1,
    spans: Math.max(0, Math.min(1, spans / 2)),
    foreign: isForeign ? 1 : 0,
    unnamed: isForeign || namesSubject(question, statement) ? 0 : 1,
  };
}

/** Whether a statement, or what it stands under, names what a question asks the amount of. */
function namesSubject(
  question: string,
  { text, under, intro, previous, together }: ScoredStatement,
): boolean {
  const subject = askedSubject(divideMessage(question).asked);
  if (subject === null) return true;
  const around = [text, under, intro, previous?.text ?? '', ...together.map((each) => each.text)];
  const named = termsOf(around.join('\n'));
  const terms = [...termsOf(subject)];
  return terms.length === 0 || terms.some((term) => named.has(term));
}

/** A logistic regression of the signals, and the probability from which on a statement is shown at all. */
export type EvidenceWeights = {
  /** The embedding model with which it was fitted. */
  model: string;
  weights: LogisticWeights<keyof EvidenceSignals>;
  weak: number;
};

/** A statement that is more often right than wrong by three to two is given as the answer. */
const CLEAR = 0.6;

/**
 * Whether a statement with these signals is given as the answer, as perhaps the answer, or not at all.
 * @param by what statements could be compared by: an embedding model, or words alone
 */
export function weighEvidence(signals: EvidenceSignals, by: 'meaning' | 'words'): Evidence {
  const { weights, weak } = EVIDENCE_WEIGHTS[by];
  if (signals.unnamed) return 'none';
  const probability = logistic(weights, signals);
  if (probability >= CLEAR) return 'clear';
  return probability < weak ? 'none' : 'weak';
}

function isKorean(text: string): boolean {
  return /[가-힣]/u.test(text);
}
