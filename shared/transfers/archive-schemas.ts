import { z } from 'zod';
import { Role } from '#shared/core/roles.ts';
import { Filter, MAX_METADATA_KEYS, MetadataKey } from '#shared/http/filter-schema.ts';

/**
 * The JSON files of an archive, as an import accepts them: an archive comes from outside. Unknown fields are left out,
 * because other versions may have others.
 */
const Id = z.uuid();
const Time = z.iso.datetime({ offset: true });

export const Manifest = z.object({ format: z.literal('rag-platform-team'), version: z.literal(1) });

export const ArchivedTeam = z.object({
  name: z.string().trim().min(1).max(120),
  timezone: z.string().max(64),
  retention_days: z.int().min(1).max(3_650).nullable().default(null),
  vector_weight: z.number().min(0).max(10).optional(),
  lexical_weight: z.number().min(0).max(10).optional(),
  question_review: z.boolean().optional(),
});

export const ArchivedMembers = z.array(
  z.object({ user_id: Id, email: z.string().max(254), name: z.string().max(500), role: Role }),
);

export const ArchivedCollections = z.array(
  z.object({
    id: Id,
    name: z.string().trim().min(1).max(120),
    description: z.string().max(2_000),
    max_tokens: z.int().min(32).max(480).nullable(),
    overlap_tokens: z.int().min(0).max(240).nullable(),
    is_default: z.boolean(),
    access: z.enum(['team', 'restricted']).default('team'),
    member_ids: z.array(Id).max(10_000).default([]),
  }),
);

export const ArchivedBots = z.array(
  z.object({
    id: Id,
    name: z.string().trim().min(1).max(120),
    description: z.string().max(2_000),
    instructions: z.string().max(20_000),
    model: z.string().min(1).max(150),
    fallback_model: z.string().min(1).max(150).nullable(),
    temperature: z.number().min(0).max(2),
    max_output_tokens: z.int().min(16).max(32_000),
    retrieval_mode: z.enum(['hybrid', 'vector', 'lexical']),
    top_k: z.int().min(1).max(50),
    min_score: z.number().min(0).max(1).nullable(),
    no_answer: z.enum(['refuse', 'general']),
    links: z.enum(['cited', 'all']).default('cited'),
    language: z.string().regex(/^(auto|[a-z]{2})$/),
    greeting: z.string().max(1_000),
    starters: z.array(z.string().max(200)).max(6),
    collection_ids: z.array(Id).max(100),
    filter: Filter.nullable(),
  }),
);

export const ArchivedDocument = z.object({
  id: Id,
  collection_id: Id,
  filename: z
    .string()
    .min(1)
    .max(255)
    .regex(/^[^/\\\p{Cc}]+$/u),
  title: z.string().max(1_000),
  content_type: z.string().max(200),
  metadata: z
    .record(MetadataKey, z.unknown())
    .refine((metadata) => Object.keys(metadata).length <= MAX_METADATA_KEYS),
  enabled: z.boolean(),
  source_url: z.string().max(2_000).nullable(),
  original: z.string().max(200),
});
export type ArchivedDocument = z.output<typeof ArchivedDocument>;

const ArchivedMessage = z.object({
  id: Id,
  role: z.enum(['user', 'assistant']),
  content: z.string().max(1_000_000),
  citations: z.array(z.looseObject({ document_id: Id, chunk_id: Id })).max(10_000),
  sources: z.record(Id, Id).nullable().default(null),
  finish_reason: z.string().max(30).nullable(),
  model: z.string().max(200).nullable(),
  input_tokens: z.int().nullable(),
  output_tokens: z.int().nullable(),
  cost_usd: z.number().min(0).max(1_000_000).nullable(),
  rating: z.enum(['up', 'down']).nullable(),
  comment: z.string().max(10_000).nullable(),
  question_id: Id.nullable(),
  outcome: z.enum(['answered', 'no_context', 'unverified', 'error', 'small_talk']).nullable(),
  created_at: Time,
});

export const ArchivedConversations = z.array(
  z.object({
    id: Id,
    bot_id: Id,
    user_id: Id,
    by_api_key: z.boolean(),
    title: z.string().max(1_000),
    pinned: z.boolean(),
    created_at: Time,
    messages: z.array(ArchivedMessage),
  }),
);
export type ArchivedConversation = z.output<typeof ArchivedConversations>[number];
