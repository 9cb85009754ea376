import { estimateTokens } from './tokens.ts';

describe('estimateTokens', () => {
  test('counts about a token per four Latin letters and nearly one per Hangul syllable', () => {
    expect(estimateTokens('')).toBe(0);
    expect(estimateTokens('The quick brown fox jumps over the lazy dog.')).toBe(11);
    const korean = '연차휴가는 열다섯 날입니다.';
    expect(estimateTokens(korean)).toBeGreaterThan(korean.length / 2);
    expect(estimateTokens(korean)).toBeLessThanOrEqual(korean.length);
  });
});
