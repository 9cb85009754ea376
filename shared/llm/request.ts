/** A chunk that was retrieved for an answer. `index` is its number in the prompt, from 1. */
export type Passage = {
  index: number;
  chunk_id: string;
  document_id: string;
  filename: string;
  page: number | null;
  heading: string | null;
  text: string;
  score: number;
};

export type LlmRequest = {
  /** `openai/<model>`, `anthropic/<model>` or `builtin/extractive`. */
  model: string;
  /** Asked when `model` fails before its first token. */
  fallbackModel?: string;
  system: string;
  /** Alternating turns, the last one the user's. */
  messages: { role: 'user' | 'assistant'; content: string }[];
  /** What the prompt quotes; `builtin/extractive` answers from these and `question` alone. */
  passages: Passage[];
  question: string;
  /** Language of the answer, a BCP 47 code such as `ko`. */
  language: string;
  /** 0–2. Not sent to models which refuse it. */
  temperature: number;
  maxOutputTokens: number;
  /** Aborting it closes the connection to the provider. */
  signal: AbortSignal;
};

/**
 * Output tokens that a reasoning model gets for thinking, on top of the bot's limit: without them its thinking
 * would use up the answer's. Providers bill them as output.
 */
export const THINKING_TOKENS = 2_048;

export type FinishReason = 'stop' | 'length' | 'content_filter';

export type LlmUsage = { input_tokens: number; output_tokens: number };

/** What a provider reports, in the provider's own order. */
export type ProviderEvent =
  | { type: 'delta'; text: string }
  | ({ type: 'usage' } & LlmUsage)
  | { type: 'finish'; reason: FinishReason };

/** What `streamLlm` yields: one `start` (the model that answers), deltas, one `usage`, one `finish`. */
export type LlmEvent = { type: 'start'; model: string } | ProviderEvent;

export type ProviderName = 'openai' | 'anthropic' | 'builtin';
