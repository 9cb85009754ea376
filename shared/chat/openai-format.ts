import { type OpenAiError, openAiErrorType } from '#shared/core/problem.ts';
import type { Citation } from '#shared/retrieval/citations.ts';
import type { ChatEvent, ChatFinish, ChatUsage } from './answer.ts';
import type { AnswerRecord } from './save-answer.ts';
import { isWhole, streamError } from './stream-events.ts';

type CompletionMeta = {
  /** `chatcmpl-…` */
  id: string;
  /** Unix seconds. */
  created: number;
  /** What the caller asked for: the bot's id. */
  model: string;
};

type Usage = { prompt_tokens: number; completion_tokens: number; total_tokens: number };
type Delta = { role?: 'assistant'; content?: string; citations?: Citation[] };

export type CompletionChunk = CompletionMeta & {
  object: 'chat.completion.chunk';
  choices: { index: 0; delta: Delta; logprobs: null; finish_reason: string | null }[];
  /** Only present when the caller asked for usage: null except in the chunk after the last choice. */
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
 * The chunks of a streamed chat completion: the role, the text, and a last one with `finish_reason` and the
 * citations (`choices[0].delta.citations`); then, with `includeUsage`, a chunk without choices that holds
 * the usage. A stream that fails ends in OpenAI's error object, which their SDKs throw as an APIError.
 * @returns whether the answer came to its own end
 */
export async function* openAiChunks(
  events: AsyncIterable<ChatEvent>,
  { includeUsage, ...meta }: CompletionMeta & { includeUsage: boolean },
): AsyncGenerator<CompletionChunk | OpenAiError, boolean> {
  let whole = false;
  const citations: Citation[] = [];
  let usage: Usage | null = null;
  const chunk = (delta: Delta, finish_reason: string | null = null): CompletionChunk => ({
    ...meta,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
    ...(includeUsage && { usage: null }),
  });
  try {
    yield chunk({ role: 'assistant', content: '' });
    for await (const event of events) {
      whole = isWhole(event);
      if (event.type === 'delta') yield chunk({ content: event.text });
      else if (event.type === 'usage') usage = openAiUsage(event);
      else if (event.type === 'done') yield chunk({ citations }, finishReason(event.finish_reason));
      else {
        const { type: _type, ...citation } = event;
        citations.push(citation);
      }
    }
  } catch (error) {
    const { code, message } = streamError(error);
    yield { error: { message, type: openAiErrorType(code), code, param: null } };
    return false;
  }
  if (includeUsage) yield { ...meta, object: 'chat.completion.chunk', choices: [], usage };
  return whole;
}

/** The body of a chat completion that was not streamed. */
export function openAiCompletion(answer: AnswerRecord, meta: CompletionMeta): Completion {
  const { content, citations, finish_reason, usage } = answer;
  return {
    ...meta,
    object: 'chat.completion',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null, citations },
        logprobs: null,
        finish_reason: finishReason(finish_reason ?? 'stop'),
      },
    ],
    usage: openAiUsage(usage ?? { input_tokens: 0, output_tokens: 0 }),
  };
}

/** OpenAI knows neither of our two further reasons; a refusal without context is a complete answer. */
function finishReason(reason: ChatFinish): string {
  return reason === 'no_context' || reason === 'aborted' ? 'stop' : reason;
}

function openAiUsage({ input_tokens, output_tokens }: Omit<ChatUsage, 'cost_usd' | 'model'>): Usage {
  const total_tokens = input_tokens + output_tokens;
  return { prompt_tokens: input_tokens, completion_tokens: output_tokens, total_tokens };
}
