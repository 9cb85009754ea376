import { z } from 'zod';
import { OUTCOMES } from '#shared/db/messages.ts';
import { Box } from '#shared/http/box-schema.ts';
import { Id, Timestamp } from '#shared/http/route.ts';

const EXAMPLE_CHUNK = {
  index: 1,
  chunk_id: '5b0c9c4e-8c1f-5a57-9a3e-0f6f3a1c2d4e',
  document_id: '0192f0c1-6f0b-7cc1-9d5a-1f1a36c0a1d2',
  filename: 'work-rules.pdf',
  page: 3,
};

export const Citation = z
  .object({
    index: z.int().meta({ description: 'The number in the marker `[n]`' }),
    chunk_id: Id,
    document_id: Id,
    title: z.string(),
    filename: z.string(),
    page: z.int().nullable(),
    quote: z.string().meta({ description: 'Verbatim text of the chunk' }),
    start: z.int().meta({
      description:
        'Offset into the answer in UTF-16 code units. `start` to `end` covers the supported sentence and its marker',
    }),
    end: z.int(),
    url: z.url().meta({ description: 'Opens the passage in the console' }),
    boxes: z.array(Box).meta({
      description: 'Where the quote lies on its pages; empty where the format has none',
    }),
    verified: z.boolean().meta({
      description:
        'Whether every number, date, amount, name and quotation of the claim stands in the passage, and the passage says the same',
    }),
    missing: z.array(z.string()).meta({
      description: 'What of the claim does not stand in the passage, as the claim writes it',
    }),
  })
  .meta({
    id: 'Citation',
    examples: [
      {
        ...EXAMPLE_CHUNK,
        title: '취업규칙',
        quote: '1년간 80퍼센트 이상 출근한 직원에게 15일의 연차 휴가를 준다.',
        start: 0,
        end: 18,
        url: `https://api.example.com/documents/${EXAMPLE_CHUNK.document_id}?chunk=${EXAMPLE_CHUNK.chunk_id}`,
        boxes: [{ page: 3, left: 0.12, top: 0.31, width: 0.76, height: 0.024 }],
        verified: true,
        missing: [],
      },
    ],
  });

const Usage = z.object({ input_tokens: z.int(), output_tokens: z.int(), cost_usd: z.number() });
const EXAMPLE_MODEL = 'builtin/extractive';

const FinishReason = z
  .enum(['stop', 'length', 'content_filter', 'no_context', 'aborted', 'error'])
  .meta({ id: 'FinishReason' });

const Tentative = z
  .literal(true)
  .optional()
  .meta({ description: 'Present when the answer may not be the right one' });

const Withheld = z.literal(true).optional().meta({
  description:
    'Present when the answer was made from documents that the reader no longer sees: a notice stands for its text',
});

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
      tentative: Tentative,
    }),
  })
  .meta({ id: 'ChatAnswer' });

/** The events of a streamed answer, in the order in which they first occur. */
export const CHAT_EVENTS = {
  message_start: z.object({ conversation_id: Id, message_id: Id, model: z.string() }).meta({
    examples: [
      {
        conversation_id: '0192f0c2-0d3a-7b52-8a6f-7d1f0b7e9a10',
        message_id: '0192f0c2-0d3b-7e0e-b1c4-52a9d6f3c811',
        model: EXAMPLE_MODEL,
      },
    ],
  }),
  retrieval: z
    .object({
      query: z
        .string()
        .meta({ description: 'What was searched for: a follow-up is rewritten into a question of its own' }),
      chunks: z
        .array(
          z.object({
            index: z.int(),
            chunk_id: Id,
            document_id: Id,
            filename: z.string(),
            page: z.int().nullable(),
            score: z.number(),
          }),
        )
        .meta({
          description:
            'Neighbours in a document are one passage: they have the same `index`, the best of them first. A citation names the one in which its quote stands',
        }),
    })
    .meta({ examples: [{ query: '연차 휴가는 며칠인가요?', chunks: [{ ...EXAMPLE_CHUNK, score: 0.92 }] }] }),
  delta: z.object({ text: z.string() }).meta({ examples: [{ text: '연차 휴가는 15일입니다. [1]' }] }),
  citation: Citation,
  usage: Usage.extend({ model: z.string() }).meta({
    examples: [{ input_tokens: 0, output_tokens: 12, cost_usd: 0, model: EXAMPLE_MODEL }],
  }),
  done: z.object({ finish_reason: FinishReason }).meta({ examples: [{ finish_reason: 'stop' }] }),
  error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }),
};

export const Conversation = z
  .object({ id: Id, bot_id: Id, title: z.string(), pinned: z.boolean(), created_at: Timestamp })
  .meta({ id: 'Conversation' });

export const Question = z
  .object({
    message_id: Id,
    bot_id: Id,
    asked_by: Id.meta({ description: 'The user; for a question asked with an API key, its creator' }),
    question: z.string(),
    answer: z.string(),
    citations: z.array(Citation),
    outcome: z.enum(OUTCOMES).meta({
      description: '`unverified`: a citation of the answer does not support its claim in full',
    }),
    rating: z.enum(['up', 'down']).nullable(),
    comment: z.string().nullable(),
    withheld: Withheld,
    created_at: Timestamp,
  })
  .meta({ id: 'Question' });

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
    tentative: Tentative,
    withheld: Withheld,
    created_at: Timestamp,
  })
  .meta({ id: 'Message' });
