import { findFigures } from './figures.ts';
import { lexicalTokens } from './lexical.ts';
import { maskSpans } from './mask.ts';
import { emailAddresses, identifierParts, oneSyllableNouns } from './passage-terms.ts';
import { queryTerms, stripQuestion, topicTerms, topicTermsOfWord } from './query-terms.ts';

/** A word, code or figure of a query that names a part of its topic. */
export type QueryWord = {
  text: string;
  /** Its terms. A passage speaks of the word as far as it holds these, weighted by rarity. */
  topic: string[];
  /** Other forms: a passage that holds one of them speaks of the word. */
  others: string[];
  /** Whether it is a code (`PPX-4417`, `제34조`, an e-mail address): where it is rare, it decides. */
  isCode: boolean;
  /** The number of its clause in a message of several, from 0. */
  clause: number;
};

/** A term to look for. `insteadOf`: the term counts little where that one is known. */
export type QueryTerm = { term: string; topical: boolean; insteadOf: string | null };

export type SearchQuery = { words: QueryWord[]; terms: QueryTerm[] };

/** Runs of Latin letters and digits with the joints inside, and numbered articles. */
const CODE = /제\s?\d+\s?[조항장절]|(?<![\p{L}\p{N}])[A-Za-z0-9]+(?:[-_.:/#][A-Za-z0-9]+)*(?![A-Za-z0-9])/gu;
/** `PPX 4417`. Behind a word in small letters, four digits of this century are a year: `the workshop of 2026`. */
const SPACED_CODE =
  /(?<![\p{L}\p{N}.])([A-Za-z]{1,6}) (?!(?<=[a-z] )(?:19|20)\d{2}(?!\d))(\d{2,6})(?![\d.,]|[년월일시분원개명%])/gu;

/** The terms to look for in a query, and its topic word by word. */
export function analyzeQuery(query: string): SearchQuery {
  const asked = stripQuestion(query.normalize('NFKC'));
  const figures = findFigures(asked);
  const codes = findCodes(blank(asked, figures));
  const rest = blank(asked, [...figures, ...codes]);
  const clauseAt = clausesOf(asked);
  const words = [
    ...figures.map(({ terms, start, end }): QueryWord => {
      return {
        text: asked.slice(start, end),
        topic: terms,
        others: [],
        isCode: false,
        clause: clauseAt(start),
      };
    }),
    ...codes.map(({ start, word }) => ({ ...word, clause: clauseAt(start) })),
    ...[...rest.matchAll(/\S+/gu)].flatMap(({ 0: word, index }) =>
      readWord(word.replaceAll(AFTER_BLANK, '')).map((read) => ({ ...read, clause: clauseAt(index) })),
    ),
  ];
  return { words, terms: termsOf(query, words) };
}

/** Ends of clauses: of sentences, at a comma, and behind Korean endings that go on (…는데, …거든요). */
const CLAUSE_END = /[.?!。？！;]+(?=\s)|,(?=\s)|(?:는데|은데|인데|거든|지만|니까)요?,?(?=\s)/gu;

/** The number of the clause at an offset. */
function clausesOf(text: string): (offset: number) => number {
  const ends = Array.from(text.matchAll(CLAUSE_END), ({ index }) => index);
  return (offset) => ends.filter((end) => end < offset).length;
}

type BareWord = Omit<QueryWord, 'clause'>;

function readWord(text: string): BareWord[] {
  const nouns = oneSyllableNouns(text);
  const single = /^[^\p{L}\p{N}]*([가-힣])[^\p{L}\p{N}]*$/u.exec(text)?.[1];
  const bigrams = topicTermsOfWord(text).filter((term) => !/^[가-힣]$/u.test(term));
  const topic = single ? [single] : bigrams;
  const others = [...nouns, ...identifierParts(text)];
  // A noun of one syllable loses its particle in the topic: what is left of the word names it.
  if (topic.length === 0 && nouns.length === 0) return [];
  return [{ text, topic: topic.length > 0 ? topic : lexicalTokens(text), others, isCode: false }];
}

type FoundCode = { start: number; end: number; word: BareWord };

function findCodes(text: string): FoundCode[] {
  const addresses = emailAddresses(text).map((address): FoundCode => {
    const start = text.toLowerCase().indexOf(address);
    const word = { text: address, topic: [address], others: [], isCode: true };
    return { start, end: start + address.length, word };
  });
  const spaced = [...text.matchAll(SPACED_CODE)].map((match): FoundCode => {
    const [whole, letters = '', digits = ''] = match;
    const word = { text: whole, topic: lexicalTokens(whole), others: [`${letters}${digits}`.toLowerCase()] };
    return { start: match.index, end: match.index + whole.length, word: { ...word, isCode: true } };
  });
  const taken = [...addresses, ...spaced];
  const joined = [...text.matchAll(CODE)].flatMap((match): FoundCode[] => {
    const [code] = match;
    const start = match.index;
    const end = start + code.length;
    if (!isCode(code) || taken.some((other) => start < other.end && other.start < end)) return [];
    const whole = code.startsWith('제') ? code.replaceAll(/\s/gu, '') : (lexicalTokens(code).at(-1) ?? '');
    return [{ start, end, word: { text: code, topic: [whole], others: [], isCode: true } }];
  });
  return [...taken, ...joined];
}

/** Whether a run is a name with a number, and no plain number, amount or measure (`15mm`, `3.5`). */
function isCode(run: string): boolean {
  if (run.startsWith('제')) return true;
  if (!/\d/u.test(run) || /^\d{1,4}$|^\d+[.:]\d+$|^\d+[A-Za-z]{1,3}$/u.test(run)) return false;
  return run.length > 1;
}

/** Stands in for what was read already, so that particles and counters behind it are known as such. */
const BLANK = '\u{FFFC}';
const AFTER_BLANK = /\u{FFFC}+(?:[가-힣]{1,3}(?![가-힣]))?/gu;

function blank(text: string, spans: { start: number; end: number }[]): string {
  return maskSpans(text, spans, BLANK);
}

/** All terms of the query, and the other forms of its words. Topical are those that name its topic. */
function termsOf(query: string, words: QueryWord[]): QueryTerm[] {
  const named = new Set(words.flatMap(({ topic, others }) => [...topic, ...others]));
  // An index from before figures were read holds them as they are written.
  for (const { text, topic } of words)
    if (topic[0]?.includes(':')) for (const term of lexicalTokens(text)) named.add(term);
  if (named.size === 0) for (const term of topicTerms(query)) named.add(term);
  const terms = new Map<string, QueryTerm>();
  const add = (term: string, insteadOf: string | null) => {
    if (!terms.has(term)) terms.set(term, { term, topical: named.has(term), insteadOf });
  };
  for (const term of queryTerms(query)) add(term, null);
  for (const { topic } of words) for (const term of topic) add(term, null);
  for (const { topic, others } of words) for (const term of others) add(term, topic[0] ?? null);
  return [...terms.values()];
}
