import { z } from 'zod';
import { Citation } from './schemas.ts';

const Usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });
const Meta = z.object({
  id: z.string(),
  created: z.int().meta({ description: 'Unix seconds' }),
  model: z.string().meta({ description: 'The bot’s id' }),
});
const FinishReason = z.string().meta({ description: '`stop`, `length`, `content_filter` or `error`' });

/** OpenAI's chat completion, with citations beside the text. */
export const Completion = Meta.extend({
  object: z.literal('chat.completion'),
  choices: z.array(
    z.object({
      index: z.literal(0),
      message: z.object({
        role: z.literal('assistant'),
        content: z.string(),
        refusal: z.null(),
        citations: z.array(Citation),
      }),
      logprobs: z.null(),
      finish_reason: FinishReason,
    }),
  ),
  usage: Usage,
}).meta({ id: 'Completion' });

/** One chunk of a streamed chat completion. Its events have no name, which in SSE means `message`. */
export const CompletionChunk = Meta.extend({
  object: z.literal('chat.completion.chunk'),
  choices: z.array(
    z.object({
      index: z.literal(0),
      delta: z.object({
        role: z.literal('assistant').optional(),
        content: z.string().optional(),
        citations: z.array(Citation).optional().meta({ description: 'In the last chunk' }),
      }),
      logprobs: z.null(),
      finish_reason: FinishReason.nullable(),
    }),
  ),
  usage: Usage.nullish().meta({ description: 'Only with `stream_options.include_usage`' }),
}).meta({ id: 'CompletionChunk' });
