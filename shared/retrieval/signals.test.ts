import { analyzeQuery } from '#shared/text/search-query.ts';
import { measureSignals } from './signals.ts';
import { WordCoverage } from './word-coverage.ts';

/** The weight of a query of which no document holds a word. */
function weightOf(query: string, isWordless: boolean): number {
  const asked = analyzeQuery(query);
  const coverage = new WordCoverage(asked, {
    searched: 200,
    frequencies: asked.terms.map(() => 0),
    matches: [],
  });
  const ranked = [{ id: 'best', score: 0.5, share: 0.5 }];
  const near = [{ id: 'best', closeness: 0.5 }];
  const known = { margin: 0.05, isForeign: isWordless, isWordless };
  return measureSignals({ ranked, coverage, worded: [], near, ...known }).weight;
}

test('words that no document holds have no weight', () => {
  expect(weightOf('How long are paraffin blocks stored?', false)).toBe(0);
});

test('they have one where the passage is in another language, and small talk has less', () => {
  const asked = weightOf('How long are paraffin blocks stored?', true);
  expect(weightOf('Thanks', true)).toBeLessThan(asked);
});
