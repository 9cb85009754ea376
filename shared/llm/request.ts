import type { TextLine } from '#shared/core/box.ts';

/** A chunk in the text of a passage: that is `text.slice(start, end)`, word for word. */
export type PassagePart = { chunk_id: string; page: number | null; start: number; end: number };

/** A chunk retrieved for an answer, or successive ones as one text. `index` is its number in the prompt, from 1. */
export type Passage = {
  index: number;
  chunk_id: string;
  document_id: string;
  /** The document's title; its file name stands in for it. */
  title?: string;
  filename: string;
  page: number | null;
  heading: string | null;
  text: string;
  /** Where the text lies on its pages; none where the format has no pages. */
  lines?: TextLine[];
  score: number;
  /** The chunks of a text of several, those that fit the question best first. `chunk_id` is the first of them. */
  parts?: PassagePart[];
};

/**
 * Bracketed numbers in a document, such as `[3]`, `[1, 2]` or `【2】`; the first group holds the numbers. Quoted as they
 * are, they would read as citations of ours.
 */
const BRACKETED_NUMBERS = /[[【](\^?\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)[\]】]/g;

const FOREIGN_MARKERS = new RegExp(`(?<![\\w)\\]])${BRACKETED_NUMBERS.source}`, 'g');

/** A document's text with `(3)` for `[3]`, which a model would copy as a citation. Indexes of code (`a[0]`) are kept. */
export function withoutForeignMarkers(text: string): string {
  return text.replace(FOREIGN_MARKERS, '($1)');
}

export type LlmRequest = {
  /** `openai/<model>`, `anthropic/<model>` or `builtin/extractive`. */
  model: string;
  /** Asked when `model` fails before its first token. */
  fallbackModel?: string;
  system: string;
  /** Alternating turns; the last one is the user's. */
  messages: { role: 'user' | 'assistant'; content: string }[];
  /**
   * The same prompt for a model that cites by itself: rules without markers, the question alone, and a title for each
   * passage, which it gets as a search result.
   */
  citing?: { system: string; message: string; titles: string[] };
  /** The passages that the prompt quotes. `builtin/extractive` reads only these and `question`. */
  passages: Passage[];
  question: string;
  /** The answer before a follow-up that `question` was rewritten from: what it said is not asked for again. */
  answered?: string;
  /** Language of the answer, a BCP 47 code such as `ko`. */
  language: string;
  /** 0–2; not sent to models that refuse it. */
  temperature: number;
  maxOutputTokens: number;
  /**
   * How close each text is to the question by meaning, or null where nothing can tell. `builtin/extractive` asks it
   * where the words do not decide between sentences.
   */
  closeness?: (texts: string[]) => Promise<number[] | null>;
  /** The most calls of providers for this request, retries and fallback included. Default: 3. */
  maxCalls?: number;
  /** Told what a call cost that failed before its first text, when its provider reported it. */
  onFailedUsage?: (model: string, usage: LlmUsage) => void;
  /** Aborting it closes the connection to the provider. */
  signal: AbortSignal;
};

/**
 * Output tokens that a reasoning model gets for thinking, on top of the bot's limit: without them its thinking
 * would use up the answer's. Providers bill them as output.
 */
export const THINKING_TOKENS = 2_048;

/** `no_context`: the model says that the passages do not hold an answer. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'no_context';

export type LlmUsage = { input_tokens: number; output_tokens: number };

/** The text so far is supported by passage `index`, from `start` to `end` of its text. */
export type Cite = { type: 'cite'; index: number; start: number; end: number };

/** What an answer consists of. Only models that cite by themselves send `cite`; others write markers. */
export type AnswerPart = { type: 'delta'; text: string } | Cite;

/** The events of one provider call, in the provider's own order. */
export type ProviderEvent =
  | AnswerPart
  | ({ type: 'usage' } & LlmUsage)
  | { type: 'finish'; reason: FinishReason };

/** The events of `streamLlm`: one `start` (the model that answers), deltas, one `usage`, one `finish`. */
export type LlmEvent = { type: 'start'; model: string } | ProviderEvent;

export type ProviderName = 'openai' | 'anthropic' | 'builtin';
