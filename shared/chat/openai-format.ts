import { type OpenAiError, openAiErrorType } from '#shared/core/problem.ts';
import type { Citation } from '#shared/retrieval/citations.ts';
import type { AnswerFormat, AnswerRecord, ChatFinish, ChatUsage } from './answer.ts';
import { toStreamError } from './stream-events.ts';

type CompletionMeta = {
  /** `chatcmpl-…` */
  id: string;
  /** Unix seconds. */
  created: number;
  /** The bot's id, which the caller sent as `model`. */
  model: string;
};

type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number };
type Delta = { role?: 'assistant'; content?: string; citations?: Citation[] };

export type CompletionChunk = CompletionMeta & {
  object: 'chat.completion.chunk';
  choices: { index: 0; delta: Delta; logprobs: null; finish_reason: string | null }[];
  /** Present only when the caller asked for usage. It is null except in the chunk after the last choice. */
  usage?: Usage | null;
};

export type Completion = CompletionMeta & {
  object: 'chat.completion';
  choices: {
    index: 0;
    message: { role: 'assistant'; content: string; refusal: null; citations: Citation[] };
    logprobs: null;
    finish_reason: string;
  }[];
  usage: Usage;
};

/**
 * Writes an answer as chunks of a chat completion: the role, the text, and a last one with `finish_reason` and the
 * citations (`choices[0].delta.citations`). With `includeUsage`, a chunk without choices follows that holds the
 * usage. A failed answer ends in OpenAI's error object, which their SDKs throw as an APIError.
 */
export function openAiFormat({
  includeUsage,
  ...meta
}: CompletionMeta & { includeUsage: boolean }): AnswerFormat<CompletionChunk | OpenAiError> {
  const object = 'chat.completion.chunk';
  const citations: Citation[] = [];
  let usage: Usage | null = null;
  const toChunk = (delta: Delta, finish_reason: string | null = null): CompletionChunk => ({
    ...meta,
    object,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...(includeUsage && { usage: null }),
  });
  return {
    opening: [toChunk({ role: 'assistant', content: '' })],
    formatEvent(event) {
      if (event.type === 'delta') return [toChunk({ content: event.text })];
      if (event.type === 'done') return [toChunk({ citations }, toOpenAiReason(event.finish_reason))];
      if (event.type === 'usage') usage = toOpenAiUsage(event);
      else citations.push(withoutType(event));
      return [];
    },
    closing: () => (includeUsage ? [{ ...meta, object, choices: [], usage }] : []),
    formatError(error) {
      const { code, message } = toStreamError(error);
      return { error: { message, type: openAiErrorType(code), code, param: null } };
    },
  };
}

function withoutType({ type: _type, ...citation }: { type: string } & Citation): Citation {
  return citation;
}

/** The body of a chat completion that is not streamed. */
export function toOpenAiCompletion(answer: AnswerRecord, meta: CompletionMeta): Completion {
  const { content, citations, finish_reason, usage } = answer;
  return {
    ...meta,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null, citations },
        logprobs: null,
        finish_reason: toOpenAiReason(finish_reason ?? 'stop'),
      },
    ],
    usage: toOpenAiUsage(usage ?? { input_tokens: 0, output_tokens: 0 }),
  };
}

/** OpenAI has neither `no_context` nor `aborted`. A refusal without context is a complete answer: `stop`. */
function toOpenAiReason(reason: ChatFinish): string {
  return reason === 'no_context' || reason === 'aborted' ? 'stop' : reason;
}

function toOpenAiUsage({ input_tokens, output_tokens }: Omit<ChatUsage, 'cost_usd' | 'model'>): Usage {
  const total_tokens = input_tokens + output_tokens;
  return { prompt_tokens: input_tokens, completion_tokens: output_tokens, total_tokens };
}
