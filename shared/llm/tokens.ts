/** Hangul, kana, Han: scripts where a tokenizer spends close to one token a character. */
const DENSE = /[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]/g;

/**
 * Estimated number of LLM tokens in a text, for budgets and for providers that report no usage.
 * GPT and Claude tokenizers spend about a token per four Latin characters and 0.6–1 per Hangul
 * syllable or Han character; the upper end is taken so that an estimate rarely falls short.
 */
export function estimateTokens(text: string): number {
  const dense = text.match(DENSE)?.length ?? 0;
  return Math.ceil(dense * 0.9 + (text.length - dense) / 4);
}
