import { z } from 'zod';
import { Id, Timestamp } from '#shared/http/route.ts';

export const Citation = z
  .object({
    index: z.int().meta({ description: 'The number in the marker `[n]`' }),
    chunk_id: Id,
    document_id: Id,
    filename: z.string(),
    page: z.int().nullable(),
    quote: z.string().meta({ description: 'Found word for word in the chunk' }),
    start: z.int().meta({
      description:
        'UTF-16 code units into the answer: from the start of the supported sentence to the end of its marker',
    }),
    end: z.int(),
  })
  .meta({ id: 'Citation' });

const Usage = z.object({ input_tokens: z.int(), output_tokens: z.int(), cost_usd: z.number() });

export const FinishReason = z
  .enum(['stop', 'length', 'content_filter', 'no_context', 'aborted', 'error'])
  .meta({ id: 'FinishReason' });

export const ChatAnswer = z
  .object({
    conversation_id: Id,
    message: z.object({
      id: Id,
      role: z.literal('assistant'),
      content: z.string(),
      citations: z.array(Citation),
      finish_reason: FinishReason,
      model: z.string(),
      usage: Usage,
    }),
  })
  .meta({ id: 'ChatAnswer' });

/** The events of a streamed answer, in this order. */
export const CHAT_EVENTS = {
  message_start: z.object({ conversation_id: Id, message_id: Id, model: z.string() }),
  retrieval: z.object({
    chunks: z.array(
      z.object({
        index: z.int(),
        chunk_id: Id,
        document_id: Id,
        filename: z.string(),
        page: z.int().nullable(),
        score: z.number(),
      }),
    ),
  }),
  delta: z.object({ text: z.string() }),
  citation: Citation,
  usage: Usage.extend({ model: z.string() }),
  done: z.object({ finish_reason: FinishReason }),
  error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }),
};

export const Conversation = z
  .object({ id: Id, bot_id: Id, title: z.string(), created_at: Timestamp })
  .meta({ id: 'Conversation' });

export const Message = z
  .object({
    id: Id,
    role: z.enum(['user', 'assistant']),
    content: z.string(),
    citations: z.array(Citation),
    finish_reason: FinishReason.nullable(),
    model: z.string().nullable(),
    usage: Usage.nullable(),
    feedback: z.object({ rating: z.enum(['up', 'down']), comment: z.string().nullable() }).nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'Message' });
