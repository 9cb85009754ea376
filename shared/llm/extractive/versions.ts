import { findFigures } from '#shared/text/figures.ts';
import type { Passage } from '../request.ts';
import { termsOf } from './terms.ts';

type Dated = Passage & { title?: string; created_at?: string };

/** Names of documents that change another one. */
const AMENDS = /개정|변경|수정|정정|amend|addendum|revis|erratum|update/iu;
/** A line that says what a rule was before. */
const FORMER = /^(?:종전|기존|이전|변경 전|개정 전|구|old|before|formerly|previously|until now)\s*[:：]/iu;
const ASKS_FORMER =
  /종전|예전|이전|원래|전에는|옛날|기존|처음|작년|당초|애초|\b(?:before|previous(?:ly)?|used to|formerly|original(?:ly)?|old|last year)\b/iu;

const FORMER_FACTOR = 0.55;
const AMENDMENT_FACTOR = 1.15;
/** For a document of which a newer edition is among the passages. */
const OUTDATED_FACTOR = 0.75;

/** The date in a document's name, a text that sorts like dates; '' without one. */
function namedDate({ filename, title }: Dated): string {
  const named = findFigures(`${filename} ${title ?? ''}`.replaceAll('_', ' '))
    .flatMap(({ terms }) => terms.filter((term) => /^d:\d{4}-/u.test(term)))
    .map((term) => term.slice(2));
  return named.sort().at(-1) ?? /(?<!\d)(?:19|20)\d\d(?!\d)/u.exec(filename)?.[0] ?? '';
}

/** Whether a document is of a later date: by the dates in both names, by its being an amendment, or by upload. */
function isLater(a: Dated, b: Dated): boolean {
  const [dateA, dateB] = [namedDate(a), namedDate(b)];
  if (dateA !== '' && dateB !== '') return dateA > dateB;
  if (isAmendment(a) !== isAmendment(b)) return isAmendment(a);
  return dateA === dateB && (a.created_at ?? '') > (b.created_at ?? '');
}

/** The name of a document without its numbers, the same for all editions of a series. */
function seriesOf({ filename }: Passage): string {
  return filename.replaceAll(/[\d\s._-]+|\(\d+\)/gu, '').toLowerCase();
}

/**
 * A factor for each statement, lower for what is no longer valid: older editions of a document, and lines that say
 * what a rule was before. 1 for all when the question asks for the past or names a year.
 */
export function rateVersions(
  question: string,
  passages: readonly Passage[],
): (of: { passage: Passage; text: string }) => number {
  if (ASKS_FORMER.test(question) || /(?<!\d)(?:19|20)\d\d(?!\d)/u.test(question)) return () => 1;
  const isOutdated = new Map(
    passages.map((passage) => [
      passage,
      passages.some((other) => seriesOf(other) === seriesOf(passage) && isLater(other, passage)),
    ]),
  );
  return ({ passage, text }) => {
    const outdated = isOutdated.get(passage) === true ? OUTDATED_FACTOR : 1;
    const amends = isAmendment(passage) ? AMENDMENT_FACTOR : 1;
    return outdated * amends * (FORMER.test(text) ? FORMER_FACTOR : 1);
  };
}

/**
 * Whether the first of two statements is of a later date: in another edition of the same document, in one that changes
 * others, or as the line after the one that says what a rule was before.
 */
export function isNewer(
  a: { passage: Passage; text: string },
  b: { passage: Passage; text: string },
): boolean {
  if (FORMER.test(b.text) !== FORMER.test(a.text)) return FORMER.test(b.text);
  if (a.passage.document_id === b.passage.document_id || !isLater(a.passage, b.passage)) return false;
  return seriesOf(a.passage) === seriesOf(b.passage) || (isAmendment(a.passage) && !isAmendment(b.passage));
}

function isAmendment(passage: Dated): boolean {
  return AMENDS.test(`${passage.filename} ${passage.title ?? ''}`);
}

/** `제4조 제1항의 …을 … 로 한다`, `Section 4.1 is replaced by …`: a clause that changes another one. */
const CITES = /제\s?(?<article>\d+)\s?조|\b(?:section|article|clause)\s(?<section>\d+)/iu;
const CHANGES =
  /로 (?:한다|하며|하고|바꾼다|바꾸|변경|고친다|개정|정정|늘린다|줄인다)|\b(?:is|are|shall be) (?:replaced|changed|amended|deleted|increased|reduced|raised|lowered)\b|\breads\b/iu;
/** The clause that is changed names so much of what is changed. */
const MIN_SHARED = 0.5;
/** What is changed: `무료 주차를` in `제6조의 무료 주차를 …`. */
const SUBJECT = /(?<=[조항호]의 )[^.,]+?(?=[을를] )/u;

type Clause = { text: string; under: string; own: ReadonlySet<string> };

/** Whether a clause changes another: it names the other's article as changed, and its subject. */
export function amends(a: Clause, b: Clause): boolean {
  const cited = CHANGES.test(a.text) ? CITES.exec(a.text)?.groups : undefined;
  if (!cited) return false;
  const { article, section } = cited;
  const heading = article
    ? new RegExp(`(?:^|\\n|> )\\s*제\\s?${article}\\s?조(?!의)`, 'u')
    : new RegExp(`(?:^|\\n|> )\\s*(?:section |article |clause )?${section}\\.?\\s`, 'iu');
  if (!heading.test(b.under) || heading.test(a.under)) return false;
  const subject = [...termsOf(SUBJECT.exec(a.text)?.[0] ?? a.text)].filter((term) =>
    /^[^\d]{2,}$/u.test(term),
  );
  return subject.filter((term) => b.own.has(term)).length >= Math.max(1, subject.length * MIN_SHARED);
}
