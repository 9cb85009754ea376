/** Hangul, kana, Han: scripts that take nearly one token per character. */
const DENSE = /[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/g;

/**
 * Estimates the number of LLM tokens in a text, for budgets and for providers that report no usage.
 * GPT and Claude tokenizers take about one token per four Latin characters, and 0.6–1 per Hangul syllable or Han
 * character. The estimate uses 0.9 for the latter, so that it is rarely too low.
 */
export function estimateTokens(text: string): number {
  const dense = text.match(DENSE)?.length ?? 0;
  return Math.ceil(dense * 0.9 + (text.length - dense) / 4);
}
