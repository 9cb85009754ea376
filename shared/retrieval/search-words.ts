import type { SearchScope } from '#shared/db/document-filter.ts';
import type { LexicalMatches } from '#shared/db/postings.ts';
import * as postings from '#shared/db/postings.ts';
import { analyzeQuery, type QueryWord, type SearchQuery } from '#shared/text/search-query.ts';
import { nearbyWords } from '#shared/text/typos.ts';
import { WordCoverage } from './word-coverage.ts';

export type WordSearch = { matches: LexicalMatches['matches']; coverage: WordCoverage; lexicalMs: number };

const NOTHING: LexicalMatches = { searched: 0, frequencies: [], matches: [] };
/** A passage that covers more of the query leaves nothing to a misspelt word. */
const WELL_COVERED = 0.7;
/** Words whose spelling is looked into. More unknown words mean another topic, not typing errors. */
const MAX_TYPOS = 2;

/** Searches the lexical index for a query; when it finds little, also for words one edit away from unknown ones. */
export async function searchWords(
  teamId: string,
  { query, scope, limit }: { query: string; scope: SearchScope; limit: number },
): Promise<WordSearch> {
  const startedAt = performance.now();
  const find = async (asked: SearchQuery) => {
    const wanted = { terms: asked.terms, limit };
    const found = asked.terms.length === 0 ? NOTHING : await postings.search(teamId, scope, wanted);
    return { matches: found.matches, coverage: new WordCoverage(asked, found) };
  };
  const asked = analyzeQuery(query);
  const found = await find(asked);
  const corrected = await correct(teamId, scope, { asked, ...found });
  const result = corrected ? await find(corrected) : found;
  return { ...result, lexicalMs: performance.now() - startedAt };
}

type FirstSearch = { asked: SearchQuery; matches: LexicalMatches['matches']; coverage: WordCoverage };

/** The query with its unknown words replaced by known ones that are one edit away; null when there are none. */
async function correct(
  teamId: string,
  scope: SearchScope,
  { asked, matches, coverage }: FirstSearch,
): Promise<SearchQuery | null> {
  const [best] = matches;
  if (best && coverage.of(best.id).clause > WELL_COVERED) return null;
  const unknown = coverage.words.filter(({ isKnown }) => !isKnown).map(({ word }) => word);
  const forms = unknown.map((word) => ({ word, nearby: formsOf(word, asked.words.length) }));
  const candidates = forms.filter(({ nearby }) => nearby.length > 0);
  if (candidates.length === 0 || candidates.length > MAX_TYPOS) return null;
  const terms = [...new Set(candidates.flatMap(({ nearby }) => nearby.flat()))];
  const known = new Map(
    (await postings.listKnown(teamId, scope, terms)).map((row) => [row.term, row.chunks]),
  );
  const replaced = new Map<QueryWord, QueryWord>();
  for (const { word, nearby } of candidates) {
    const [form] = nearby
      .filter((terms) => terms.every((term) => known.has(term)))
      .sort((a, b) => leastOf(known, b) - leastOf(known, a));
    if (form) replaced.set(word, { ...word, topic: form, others: [] });
  }
  return replaced.size > 0 ? withWords(asked, replaced) : null;
}

/**
 * The terms of words one edit away. Words of two syllables have too many neighbours: they are corrected only as the
 * whole query, or cut to their first syllable (밥값 → 밥).
 */
function formsOf({ text, topic, isCode }: QueryWord, words: number): string[][] {
  if (isCode) return [];
  const bare = isBigram(topic[0])
    ? topic.reduce((word, bigram) => word + bigram.slice(1))
    : (/[a-z]+/u.exec(text.toLowerCase())?.[0] ?? '');
  if (!isBigram(bare)) return nearbyWords(bare);
  return words === 1 ? [...nearbyWords(bare), [bare.slice(0, 1)]] : [];
}

function isBigram(word = ''): boolean {
  return /^[가-힣]{2}$/u.test(word);
}

function leastOf(known: ReadonlyMap<string, number>, terms: string[]): number {
  return Math.min(...terms.map((term) => known.get(term) ?? 0));
}

function withWords({ words, terms }: SearchQuery, replaced: ReadonlyMap<QueryWord, QueryWord>): SearchQuery {
  const added = [...replaced.values()].flatMap(({ topic }) => topic);
  const fresh = [...new Set(added)].filter((term) => !terms.some((known) => known.term === term));
  return {
    words: words.map((word) => replaced.get(word) ?? word),
    terms: [...terms, ...fresh.map((term) => ({ term, topical: true, insteadOf: null }))],
  };
}
