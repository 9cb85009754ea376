import type { ChunkRow } from '#shared/db/chunks.ts';
import { analyzeQuery } from '#shared/text/search-query.ts';
import { rankMatches } from './rank-matches.ts';
import { WordCoverage } from './word-coverage.ts';

type Passage = { text: string; similarity: number; words: number };

const MODEL = 'multilingual-e5-small';
const BACKGROUND = { ko: 0.78, en: 0.72 };

/** The ids and scores by rank, of passages that hold no known word of the query but score by words. */
async function rank(query: string, passages: Record<string, Passage>) {
  const all = Object.entries(passages);
  const asked = analyzeQuery(query);
  const matches = all.flatMap(([id, { words }]) => (words > 0 ? [{ id, score: words, held: [] }] : []));
  const found = { searched: 200, frequencies: asked.terms.map(() => 0), matches };
  const near = all.map(([id, { similarity }]) => ({ id, similarity }));
  const timeless = { embedMs: 0, vectorMs: 0 };
  const legs = {
    vector: {
      matches: near,
      levelled: null,
      isCut: false,
      model: MODEL,
      background: BACKGROUND,
      ...timeless,
    },
    lexical: { matches, coverage: new WordCoverage(asked, found), lexicalMs: 0 },
  };
  const read = async (ids: string[]) => ids.map((id) => ({ id, text: passages[id]?.text }) as ChunkRow);
  const { ranked } = await rankMatches({ query, weights: null, ...legs, limit: 50 }, read);
  return ranked.map(({ id, score }) => ({ id, score }));
}

const BADGE = { text: 'Visitors wear an orange badge at all times.', similarity: 0.83, words: 0 };

test('an English passage comes before Korean ones that hold next to nothing of a Korean question', async () => {
  const ranked = await rank('방문객은 무슨 색 배지를 달아요?', {
    lunch: { text: '방문객은 점심을 식당에서 먹는다.', similarity: 0.83, words: 0.5 },
    badge: BADGE,
  });
  expect(ranked[0]?.id).toBe('badge');
});

test('in a library of one language the scores are those of the two retrievers alone', async () => {
  const library = {
    lunch: { text: '방문객은 점심을 식당에서 먹는다.', similarity: 0.83, words: 6 },
    table: { text: '규격 표: PPX-4417 AC 220V 60Hz IP54 RoHS 소비전력', similarity: 0.81, words: 3 },
  };
  const score = (similarity: number, words: number) =>
    0.5 * ((similarity - 0.76) / (0.9 - 0.76)) + (0.5 * words) / 15;
  const ranked = await rank('방문객은 무슨 색 배지를 달아요?', library);
  expect(ranked.map(({ id }) => id)).toEqual(['lunch', 'table']);
  expect(ranked[0]?.score).toBeCloseTo(score(0.83, 6), 9);
});

test('where all passages are in another language, none is raised', async () => {
  const other = { text: 'Lunch is served from noon.', similarity: 0.8, words: 0 };
  const [first] = await rank('방문객은 무슨 색 배지를 달아요?', { badge: BADGE, other });
  const corrected = BADGE.similarity + 0.5 * (BACKGROUND.ko - BACKGROUND.en);
  expect(first?.id).toBe('badge');
  expect(first?.score).toBeCloseTo((0.5 * (corrected - 0.76)) / (0.9 - 0.76), 9);
});
