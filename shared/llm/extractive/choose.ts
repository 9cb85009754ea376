import type { Passage } from '../request.ts';
import { sidesOf } from './compare.ts';
import { type EvidenceSignals, measureEvidence } from './evidence.ts';
import { figureKinds } from './kinds.ts';
import { type ChosenList, chooseList } from './lists.ts';
import { type Meanings, rankByMeaning } from './meaning.ts';
import { withOtherParts } from './parts.ts';
import { divideMessage } from './question.ts';
import { type ScoredStatement, scoreStatements } from './score.ts';
import type { Statement } from './statements.ts';
import { askedCells, type Cell } from './table.ts';
import { judge, type Verdict } from './verdict.ts';
import { amends, isNewer } from './versions.ts';
import { widen } from './widen.ts';

const MAX_SENTENCES = 3;
/** A further sentence needs this share of the best one's score. */
const MIN_SCORE_SHARE = 0.8;
/** Another version of the best sentence needs this share only. */
const MIN_VERSION_SHARE = 0.4;
/** It also needs this share of the best one's `ownCoverage`, or a better `kindFit`: its heading is not enough. */
const MIN_OWN_COVERAGE_SHARE = 0.5;
/** A statement that shows the figure asked for needs this share of the score of one that shows none. */
const MIN_SHOWING_SHARE = 0.5;
/** Sentences that share this part of their terms, and all figures, count as the same statement. */
const SAME_STATEMENT_OVERLAP = 0.75;
/** A statement with other figures that shares this part of its words is another version of it. */
const REPLACING_OVERLAP = 0.4;
const MIN_COMMON_WORDS = 4;
/** A statement that names both sides of a comparison needs this share of the best one's score. */
const BOTH_SIDES_SHARE = 0.7;

/** The question tells what the best sentence says, and asks for the one after it. */
const ASKS_NEXT = /\b(?:next step|what next|what then|and then)\b|그 ?다음(?:에|은|엔)/iu;

/** A statement to be quoted. */
export type Quoted = {
  passage: Passage;
  /** The sentence, item or row that fits the question. */
  statement: string;
  /** It with the sentences that it does not make sense without. */
  text: string;
  /** The cells of a row that hold what was asked for. */
  values: Cell[];
  /** Whether a newer statement before it replaces it. */
  isOutdated: boolean;
};

/** What an answer consists of; without quotes and list when nothing fits. */
type Draft = { verdict: Verdict; quotes: Quoted[]; list: ChosenList | null };
/** `signals`: what speaks for it; null when nothing can be quoted. */
export type Choice = Draft & { signals: EvidenceSignals | null };

/** Chooses what answers a question: a list, both sides of a comparison, or the one to three best statements. */
export function chooseAnswer(
  question: string,
  passages: Passage[],
  {
    meanings = new Map(),
    answered = '',
  }: { meanings?: Meanings | undefined; answered?: string | undefined } = {},
): Choice {
  const ranked = showingFirst(
    question,
    rankByMeaning(question, rankByWords(question, passages, answered), meanings),
  );
  const { asked } = divideMessage(question);
  const list = chooseList(asked, ranked);
  const draft = list ? fromList(asked, list) : fromStatements(asked, passages, ranked);
  const shown = shownIn(draft);
  const statement = ranked.find(({ text }) => text === shown.items[0]) ?? ranked[0];
  if (!statement) return { ...draft, signals: null };
  const bestPassage = Math.max(...passages.map(({ score }) => score));
  return { ...draft, signals: measureEvidence(question, shown.text, { statement, bestPassage }) };
}

/** The texts that are shown, one a statement, and all that stands there. */
function shownIn({ quotes, list }: Draft): { items: string[]; text: string } {
  const items = list?.items.map(({ text }) => text) ?? quotes.map(({ statement }) => statement);
  const columns = quotes.flatMap(({ values }) => values.map(({ column }) => column));
  const [first] = quotes;
  return { items, text: [...columns, ...(list ? [list.lead?.text, ...items] : [first?.text])].join(' ') };
}

function fromList(question: string, list: ChosenList): Draft {
  const [only, ...others] = list.items;
  if (!only || others.length > 0) return { verdict: null, quotes: [], list };
  return { verdict: null, quotes: [quoted(question, only, false)], list: null };
}

function fromStatements(question: string, passages: Passage[], ranked: ScoredStatement[]): Draft {
  const compared = compareSides(question, passages, ranked);
  const best = bestStatements(question, ranked);
  const chosen = compared.length > 0 ? compared : withOtherParts(question, newestFirst(best, ranked), ranked);
  const quotes = chosen.map((statement, i) => {
    const isOutdated = chosen.slice(0, i).some((earlier) => supersedes(earlier, statement.together));
    return quoted(question, statement, isOutdated);
  });
  const [first] = chosen;
  const [quote] = quotes;
  const after = first?.together.at(-1)?.next;
  if (quote && after && ASKS_NEXT.test(question)) quote.text += ` ${after.text}`;
  return { verdict: first ? judge(question, first) : null, quotes, list: null };
}

/** All statements of the passages, best first. */
export function rankByWords(question: string, passages: Passage[], answered = ''): ScoredStatement[] {
  // Sorting is stable: equal scores stay in the order of the passages.
  return scoreStatements(question, passages, answered).toSorted((a, b) => b.score - a.score);
}

/**
 * Moves the best statement that shows the figure asked for to the front, where the best one shows none: for a deadline
 * the sentence with the date, not the one that says that there is a deadline.
 */
function showingFirst(question: string, ranked: ScoredStatement[]): ScoredStatement[] {
  const kinds = figureKinds(divideMessage(question).asked);
  const [best] = ranked;
  const shows = ({ text, together, run, shape }: ScoredStatement): boolean => {
    const header = shape === 'row' ? (run?.columns.join(' ') ?? '') : '';
    const shown = `${header} ${text} ${together.map((each) => each.text).join(' ')}`;
    return kinds.every((kind) => kind.test(shown));
  };
  if (!best || kinds.length === 0 || shows(best)) return ranked;
  const showing = ranked.find((each) => each.score >= best.score * MIN_SHOWING_SHARE && shows(each));
  return showing ? [showing, ...ranked.filter((each) => each !== showing)] : ranked;
}

function quoted(
  question: string,
  statement: Statement & { together?: Statement[] },
  isOutdated: boolean,
): Quoted {
  const { passage, shape, together = [statement] } = statement;
  const values = shape === 'row' ? askedCells(question, statement) : [];
  return {
    passage,
    statement: statement.text,
    text: together.map((each) => each.text).join(' '),
    values,
    isOutdated,
  };
}

/** The statements that answer the question best, best first, at most three. */
function bestStatements(question: string, [first, ...others]: ScoredStatement[]): ScoredStatement[] {
  const best = first && widen(question, first, [first, ...others]);
  const ranked = best ? [best, ...others] : [];
  // No statement shares a word with the question (passages were found by meaning): give one guess only.
  if (!best || best.coverage === 0) return ranked.slice(0, 1);
  const chosen: ScoredStatement[] = [];
  for (const candidate of ranked) {
    if (chosen.length >= MAX_SENTENCES || candidate.score < best.score * MIN_VERSION_SHARE) break;
    if (candidate.score < best.score * MIN_SCORE_SHARE && !replaces(candidate, best)) continue;
    if (
      candidate.ownCoverage < best.ownCoverage * MIN_OWN_COVERAGE_SHARE &&
      candidate.kindFit <= best.kindFit
    )
      continue;
    if (chosen.some((each) => areSameStatement(each, candidate) || isQuoted(each, candidate))) continue;
    const inside = chosen.findIndex((each) => isQuoted(candidate, each));
    if (inside < 0) chosen.push(candidate);
    else chosen[inside] = candidate;
  }
  return chosen;
}

/** Whether a chosen statement is quoted together with another one. */
function isQuoted({ together }: ScoredStatement, { text }: Statement): boolean {
  return together.some((each) => each.text === text);
}

/** Puts the newer version of the best statement before it, also where the question fits the older one better. */
function newestFirst(chosen: ScoredStatement[], ranked: ScoredStatement[]): ScoredStatement[] {
  const [best] = chosen;
  const newer = best && ranked.find((each) => supersedes(each, best.together));
  if (!best || !newer) return chosen;
  return [newer, best];
}

/** Whether a statement is the newer version of one of some others, or changes it. */
function supersedes(statement: Statement, others: Statement[]): boolean {
  return others.some(
    (each) => (isNewer(statement, each) && replaces(statement, each)) || amends(statement, each),
  );
}

/** Whether a statement says nearly the same as another with other figures. */
function replaces(a: Statement, b: Statement): boolean {
  const apart = [...termsMissing(a.own, b.own), ...termsMissing(b.own, a.own)];
  const words = apart.filter((term) => !/\d/u.test(term));
  const common = [...a.own].filter((term) => b.own.has(term) && !/\d/u.test(term));
  return (
    words.length < apart.length &&
    common.length >= MIN_COMMON_WORDS &&
    overlapOf(a, b, words) >= REPLACING_OVERLAP
  );
}

/** One statement for each side of a comparison, or the one that names both; empty when a side has none. */
function compareSides(question: string, passages: Passage[], ranked: ScoredStatement[]): ScoredStatement[] {
  const sides = sidesOf(question);
  const both = ranked.find(({ text }) => sides.length > 0 && sides.every(({ side }) => names(text, side)));
  if (both && both.score >= (ranked[0]?.score ?? 0) * BOTH_SIDES_SHARE) return [both];
  const found = sides.map(({ side, question: asked }) =>
    rankByWords(asked, passages).filter(({ text, under, intro }) =>
      names(`${text}\n${under}\n${intro}`, side),
    ),
  );
  const [[a] = [], others = []] = found;
  // A table's row is compared with a row of the same table.
  const b =
    others.find((each) => a?.run != null && each.run?.lead === a.run.lead && each.shape === a.shape) ??
    others[0];
  if (!a || !b) return [];
  return a.text === b.text ? [a] : [a, b];
}

function names(text: string, side: string): boolean {
  const lower = text.toLowerCase();
  return side
    .toLowerCase()
    .split(/\s+/u)
    .some((word) => lower.includes(word));
}

/**
 * Overlapping chunks, and documents uploaded twice, contain the same sentence twice. Sentences with different figures
 * count as different: they are a rule and its new version, or two rows of a table.
 */
function areSameStatement(a: ScoredStatement, b: ScoredStatement): boolean {
  const apart = [...termsMissing(a.own, b.own), ...termsMissing(b.own, a.own)];
  if (apart.some((term) => /\d/u.test(term))) return false;
  return overlapOf(a, b, apart) >= SAME_STATEMENT_OVERLAP;
}

function overlapOf(a: Statement, b: Statement, apart: string[]): number {
  const together = (a.own.size + b.own.size - apart.length) / 2;
  return together / Math.max(1, together + apart.length);
}

function termsMissing(from: ReadonlySet<string>, terms: ReadonlySet<string>): string[] {
  return [...terms].filter((term) => !from.has(term));
}
