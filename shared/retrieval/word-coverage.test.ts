import { analyzeQuery } from '#shared/text/search-query.ts';
import { WordCoverage } from './word-coverage.ts';

/** The bonuses of chunks of which each holds some terms of the query, among 200 other chunks. */
function bonusesOf(query: string, chunks: Record<string, string[]>): Map<string, number> {
  const asked = analyzeQuery(query);
  const terms = asked.terms.map(({ term }) => term);
  const held = Object.values(chunks);
  return new WordCoverage(asked, {
    searched: 200,
    frequencies: terms.map((term) => held.filter((each) => each.includes(term)).length),
    matches: Object.entries(chunks).map(([id, each]) => {
      return { id, score: 1, held: each.map((term) => terms.indexOf(term)) };
    }),
  }).bonuses();
}

test('a passage that holds a rare code of the query is lifted above all others', () => {
  const bonuses = bonusesOf('PPX-4417 토크', { code: ['ppx4417', '토크'], other: ['토크'] });
  expect([...bonuses.keys()]).toEqual(['code']);
  expect(bonuses.get('code')).toBeGreaterThan(1);
});

test('a passage with the day of the query is lifted, and one with another day of the month is not', () => {
  const whole = { right: ['d:2026-06-30', 'd:06-30', 'd:2026-06', 'd:06'], other: ['d:2026-06', 'd:06'] };
  expect([...bonusesOf('What is due on 2026-06-30?', whole).keys()]).toEqual(['right']);
});

test('where no passage names the year, the day without it decides', () => {
  const chunks = { right: ['d:06-30', 'd:06'], other: ['d:06'] };
  expect([...bonusesOf('What is due on 2026-06-30?', chunks).keys()]).toEqual(['right']);
});
