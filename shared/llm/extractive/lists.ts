import { asksHow, asksList, asksWhich, asksWholeList } from './question.ts';
import type { ScoredStatement } from './score.ts';
import { pointsAhead, type Run, type Statement } from './statements.ts';
import { asksExtreme, countNamedCells, extremeRow } from './table.ts';

/** A list or table, or the rows of it that a question is about. */
export type ChosenList = {
  /** The sentence that announces it, or a table's header; null for others, and for rows of several passages. */
  lead: { text: string; isQuote: boolean } | null;
  items: Statement[];
};

/** The best item of a list needs this share of the best statement's coverage. */
const MIN_SHARE = 0.6;
/** The same where a question asks for a whole list: its items say little of what the question says. */
const MIN_SHARE_OF_WHOLE = 0.4;
const MIN_ITEMS = 2;
/** The items of a list that is asked for fit the question about alike: on average this share of the best one. */
const MIN_MEAN_SHARE = 0.6;
/** Longer lists under a heading are clauses, not steps. */
const MAX_STEPS_CHARS = 700;
/** The items that a lead announces say themselves at most this share of what they cover with it. */
const MAX_OWN_SHARE_UNDER_LEAD = 0.6;

/**
 * The list that answers a question which asks for one, or the rows whose cells the question names; null when it asks
 * for something else, or when a sentence answers it better.
 */
export function chooseList(question: string, ranked: ScoredStatement[]): ChosenList | null {
  const [best] = ranked;
  if (!best || ![asksList, asksWhich, asksHow, asksExtreme].some((asks) => asks(question))) return null;
  const share = asksWholeList(question) ? MIN_SHARE_OF_WHOLE : MIN_SHARE;
  // A whole list is told by its words: the meaning of its items says little of what they are a list of.
  const byWords = asksWholeList(question) ? ranked.toSorted((a, b) => b.coverage - a.coverage) : ranked;
  const heads = headsOf(byWords).filter(({ coverage }) => coverage >= best.coverage * share);
  for (const head of heads) {
    const items = head.shape === 'row' ? chooseRows(question, rowsLike(head, ranked)) : [];
    if (items.length > 0) return { lead: null, items };
  }
  const [head] = heads;
  if (
    !head?.run ||
    !(asksList(question) ? isBetter(question, head, ranked) : isUnderLead(question, head, best))
  )
    return null;
  return { lead: leadOf(head.run), items: head.run.items };
}

/** The rows of a table that a question picks out: the one that stands out, or those whose cells it names. */
function chooseRows(question: string, rows: Statement[]): Statement[] {
  const extreme = extremeRow(question, rows);
  if (extreme) return [extreme];
  const named = namedRows(question, rows);
  return named.length > (asksList(question) ? 0 : 1) && (asksList(question) || asksWhich(question))
    ? named
    : [];
}

/**
 * Whether a question asks for what a list's lead or heading announces, without saying that it asks for a list: `What
 * is not covered?` over `This does not cover:`, `How do I …?` over steps. Its words do not stand in the items.
 */
function isUnderLead(question: string, head: ScoredStatement, best: ScoredStatement): boolean {
  if (head !== best || head.shape !== 'item') return false;
  const length = head.run?.items.reduce((sum, { text }) => sum + text.length, 0) ?? 0;
  const isSteps = asksHow(question) && length <= MAX_STEPS_CHARS;
  return (isSteps || head.run?.lead != null) && head.ownCoverage < head.coverage * MAX_OWN_SHARE_UNDER_LEAD;
}

/** Whether a list as a whole answers a question better than the best statement. */
function isBetter(question: string, head: ScoredStatement, ranked: ScoredStatement[]): boolean {
  const [best = head] = ranked;
  if (asksWholeList(question)) return true;
  if (!isAboutAll(head, ranked)) return false;
  return head === best || !(enumerates(best) || head.score < best.score * MIN_SHARE);
}

/** The best item of each list or table, best first. */
function headsOf(ranked: ScoredStatement[]): ScoredStatement[] {
  const runs = new Set<Run>();
  return ranked.filter(({ run }) => {
    if (!run || run.items.length < MIN_ITEMS || runs.has(run)) return false;
    runs.add(run);
    return true;
  });
}

/** Whether a sentence lists things itself: `A, B와 C`. */
function enumerates({ text, run }: Statement): boolean {
  return run === null && (/(?:,.*){2}/u.test(text) || /가지/u.test(text));
}

/** The rows of a statement's table, also those that other passages of its document hold. */
function rowsLike({ passage, run, text }: ScoredStatement, ranked: ScoredStatement[]): Statement[] {
  const width = text.split(' | ').length;
  const key = run?.columns.join('|') ?? '';
  const isAlike = (other: Statement): boolean =>
    other.shape === 'row' &&
    other.passage.document_id === passage.document_id &&
    (other.run?.columns.join('|') ?? '') === key &&
    Math.abs(other.text.split(' | ').length - width) <= 1;
  const rows = new Map<string, Statement>();
  for (const row of ranked) if (isAlike(row) && !rows.has(row.text)) rows.set(row.text, row);
  return [...rows.values()].sort((a, b) => a.passage.index - b.passage.index || a.position - b.position);
}

/** The rows with the most cells that the question names, unless all have as many. */
function namedRows(question: string, rows: Statement[]): Statement[] {
  const counts = rows.map((row) => countNamedCells(question, row));
  const most = Math.max(0, ...counts);
  const named = rows.filter((_, i) => most > 0 && counts[i] === most);
  return named.length < rows.length ? named : [];
}

/** Whether the question fits the items of a list about alike; else it asks for one of them. */
function isAboutAll(head: ScoredStatement, ranked: ScoredStatement[]): boolean {
  const items = ranked.filter(({ run }) => run === head.run);
  const mean = items.reduce((sum, { coverage }) => sum + coverage, 0) / items.length;
  return mean >= head.coverage * MIN_MEAN_SHARE;
}

/** The header row of a table, or a sentence that announces the list; null for others. */
function leadOf({ lead, columns }: Run): ChosenList['lead'] {
  if (columns.length > 0) return { text: columns.join(' | '), isQuote: false };
  const announces =
    lead !== null &&
    (/[:：]$/u.test(lead) || pointsAhead(lead) || /가지|\b(?:things|ways|steps|kinds|types)\b/iu.test(lead));
  return announces ? { text: lead, isQuote: true } : null;
}
