import { z } from 'zod';
import type { BotRow } from '#shared/db/bots.ts';
import { Filter } from '#shared/http/filter-schema.ts';
import { changes, Id, Timestamp } from '#shared/http/route.ts';

const Mode = z.enum(['hybrid', 'vector', 'lexical']);
const TopK = z.int().min(1).max(50);
const MinScore = z.number().min(0).max(1).nullable().meta({
  description: 'Passages with a lower score are not used. null: the calibration of the scores decides',
});

const Retrieval = z.object({
  mode: Mode.default('hybrid'),
  top_k: TopK.default(8),
  min_score: MinScore.default(null),
});

const MAX_STARTERS = 6;
const Starter = z.string().trim().min(1).max(200);

const ModelName = z.string().min(1).max(150);

export const BotInput = z
  .object({
    name: z.string().trim().min(1).max(120),
    description: z.string().max(2_000).default(''),
    instructions: z.string().max(20_000).default('').meta({ description: 'How the bot should answer' }),
    model: ModelName.optional().meta({
      description: 'Default: a model of a configured provider, otherwise `builtin/extractive`',
    }),
    fallback_model: ModelName.nullable().default(null),
    temperature: z.number().min(0).max(2).default(0.2),
    max_output_tokens: z.int().min(16).max(32_000).default(1_024),
    collection_ids: z
      .array(Id)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'Default: the `default` collection' }),
    retrieval: Retrieval.default(Retrieval.parse({})),
    filter: Filter.nullable()
      .default(null)
      .meta({ description: 'Which documents of the collections the bot reads. null: all' }),
    no_answer: z.enum(['refuse', 'general']).default('refuse').meta({
      description: 'When nothing is found: `refuse` politely, or answer from `general` knowledge',
    }),
    links: z.enum(['cited', 'all']).default('cited').meta({
      description:
        'Which links and images answers may have. `cited`: those to addresses that a cited passage names, and no HTML. `all`: any, so treat answers as untrusted Markdown',
    }),
    language: z
      .string()
      .regex(/^(auto|[a-z]{2})$/, 'must be `auto` or a two-letter language code')
      .default('auto'),
    greeting: z
      .string()
      .trim()
      .max(1_000)
      .default('')
      .meta({ description: 'What the bot says to a greeting, and clients show before the first question' }),
    starters: z
      .array(Starter)
      .max(MAX_STARTERS)
      .default([])
      .meta({ description: 'Questions that a person may begin with' }),
  })
  .meta({
    examples: [
      {
        name: '사내 규정 도우미',
        instructions: '정중하게 답하세요.',
        language: 'ko',
        greeting: '안녕하세요! 사내 규정을 알려 드립니다.',
        starters: ['연차 휴가는 며칠인가요?'],
      },
    ],
  });

/** The body of a PATCH. Fields that are not sent keep their values, also inside `retrieval`. */
export const BotChanges = changes(
  BotInput.extend({
    retrieval: z.object({ mode: Mode, top_k: TopK, min_score: MinScore }).partial(),
  }),
);

/** A filter as a reader sees it: what he does not see is left out, which may leave nothing. */
const ShownFilter = Filter.extend({
  document_ids: z.array(Id).optional(),
  collection_ids: z.array(Id).optional(),
});

export const Bot = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string(),
    instructions: z.string(),
    model: z.string(),
    fallback_model: z.string().nullable(),
    temperature: z.number(),
    max_output_tokens: z.int(),
    collection_ids: z.array(Id),
    retrieval: z.object({ mode: Mode, top_k: z.int(), min_score: z.number().nullable() }),
    filter: ShownFilter.nullable(),
    no_answer: z.enum(['refuse', 'general']),
    links: z.enum(['cited', 'all']),
    language: z.string(),
    greeting: z.string(),
    starters: z.array(z.string()),
    created_at: Timestamp,
  })
  .meta({ id: 'Bot' });

/** Converts a row to the API's representation. */
export function renderBot({ retrieval_mode, top_k, min_score, ...bot }: BotRow) {
  return { ...bot, retrieval: { mode: retrieval_mode, top_k, min_score } };
}

/** Converts `retrieval` to the columns that store it. */
export function retrievalColumns({ mode, top_k, min_score }: z.output<typeof Retrieval>) {
  return { retrieval_mode: mode, top_k, min_score };
}
