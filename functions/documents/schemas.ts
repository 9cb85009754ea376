import { z } from 'zod';
import { boxesOf } from '#shared/core/box.ts';
import type { ChunkRow } from '#shared/db/chunks.ts';
import { COLLECTION_ACCESS, type CollectionRow } from '#shared/db/collections.ts';
import type { DocumentRow } from '#shared/db/documents.ts';
import { DOCUMENT_STATUSES } from '#shared/db/documents.ts';
import { Box } from '#shared/http/box-schema.ts';
import { MAX_METADATA_KEYS, MetadataKey } from '#shared/http/filter-schema.ts';
import { Id, Timestamp } from '#shared/http/route.ts';
import { nameFault } from '#shared/parsing/file-name.ts';
import type { SearchHit as Hit } from '#shared/retrieval/search.ts';
import { titleOfFilename } from '#shared/text/passage-terms.ts';

/** At most 480 tokens: larger chunks, with prefix and heading, exceed the default model's window. */
const Chunking = z
  .object({
    max_tokens: z.int().min(32).max(480),
    overlap_tokens: z.int().min(0).max(240),
  })
  .refine(
    (chunking) => chunking.overlap_tokens <= chunking.max_tokens / 2,
    'overlap_tokens may be half of max_tokens at most',
  );

const CollectionInput = z.object({
  name: z.string().trim().min(1).max(120),
  description: z.string().max(2_000).default(''),
  chunking: Chunking.nullable().default(null).meta({ description: 'null: the platform’s defaults' }),
});

const Access = z.enum(COLLECTION_ACCESS).meta({
  description: '`restricted`: for others than its members, admins and owners the collection does not exist',
});

export const NewCollection = CollectionInput.extend({ access: Access.default('team') });

export const Collection = z
  .object({
    id: Id,
    name: z.string(),
    description: z.string(),
    chunking: z.object({ max_tokens: z.int(), overlap_tokens: z.int() }).nullable(),
    is_default: z.boolean(),
    access: Access,
    created_at: Timestamp,
  })
  .meta({ id: 'Collection' });

/** Converts a row to the API's representation. */
export function renderCollection({ max_tokens, overlap_tokens, ...row }: CollectionRow) {
  return {
    ...row,
    chunking: max_tokens === null || overlap_tokens === null ? null : { max_tokens, overlap_tokens },
  };
}

export const CollectionMember = z
  .object({ user_id: Id, email: z.string(), name: z.string(), created_at: Timestamp })
  .meta({ id: 'CollectionMember' });

/** Converts `chunking` to the columns that store it. */
export function chunkingColumns(chunking: z.infer<typeof Chunking> | null) {
  return { max_tokens: chunking?.max_tokens ?? null, overlap_tokens: chunking?.overlap_tokens ?? null };
}

const MetadataValue = z.union([
  z.string().max(500),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.union([z.string().max(500), z.number()])).max(100),
]);

export const Metadata = z
  .record(MetadataKey, MetadataValue)
  .refine(
    (metadata) => Object.keys(metadata).length <= MAX_METADATA_KEYS,
    `at most ${MAX_METADATA_KEYS} keys`,
  )
  .meta({
    description:
      'Values of your own, for filters: texts, numbers, booleans, null, lists of texts and numbers',
  });

/** The options of every route that adds a document. */
export const DocumentOptions = z.object({
  collection_id: Id.optional().meta({ description: 'Default: the team’s `default` collection' }),
  on_duplicate: z.enum(['skip', 'replace', 'keep']).default('keep').meta({
    description:
      '`skip`: fail when a document with the same bytes exists. `replace`: delete older documents with the same name or bytes, which takes the right to delete each of them. `keep`: keep both',
  }),
  metadata: Metadata.default({}),
});

export const FileName = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .refine((name) => nameFault(name) === null, { error: ({ input }) => nameFault(String(input)) ?? '' });

/** A media type (RFC 9110): it goes into a signed form and into a header, so that nothing else may be in it. */
const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const MEDIA_TYPE = new RegExp(
  `^${TOKEN}(?:/${TOKEN})?(?:[ \\t]*;[ \\t]*${TOKEN}=(?:${TOKEN}|"[ !#-\\[\\]-~]*"))*$`,
);

export const ContentType = z
  .string()
  .trim()
  .min(3)
  .max(200)
  .regex(MEDIA_TYPE, 'must be a media type, such as `text/plain; charset=utf-8`');

export const DocumentStatus = z.enum(DOCUMENT_STATUSES);

export const Document = z
  .object({
    id: Id,
    collection_id: Id,
    title: z.string(),
    enabled: z.boolean().meta({ description: 'false: no search finds it' }),
    source_url: z.string().nullable().meta({ description: 'Where a web page came from' }),
    filename: z.string(),
    content_type: z.string(),
    size_bytes: z.int(),
    sha256: z.string().nullable(),
    status: DocumentStatus,
    error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }).nullable(),
    pages: z.int().nullable(),
    chunks: z.int().nullable(),
    tokens: z.int().nullable(),
    embedding_model: z.string().nullable(),
    progress: z.number().min(0).max(1),
    metadata: z.record(z.string(), z.unknown()),
    created_by: Id.meta({ description: 'The user who added it, or whose API key did' }),
    created_at: Timestamp,
    ready_at: Timestamp.nullable(),
  })
  .meta({ id: 'Document' });

/** Converts a row to the API's representation. */
export function renderDocument(row: DocumentRow) {
  const { error_code: code, error_message: message, error_retryable: retryable } = row;
  return {
    id: row.id,
    collection_id: row.collection_id,
    title: row.title || titleOfFilename(row.filename),
    enabled: row.enabled,
    source_url: row.source_url,
    filename: row.filename,
    content_type: row.content_type,
    size_bytes: row.size_bytes,
    sha256: row.sha256,
    status: row.status,
    error: code === null ? null : { code, message: message ?? '', retryable: retryable ?? false },
    pages: row.pages,
    chunks: row.chunk_count,
    tokens: row.token_count,
    embedding_model: row.embedding_model,
    progress: row.progress,
    metadata: row.metadata,
    created_by: row.created_by,
    created_at: row.created_at,
    ready_at: row.ready_at,
  };
}

export const Chunk = z
  .object({
    id: Id,
    ordinal: z.int(),
    text: z.string(),
    page: z.int().nullable(),
    heading: z.string().nullable(),
    start: z.int().meta({ description: 'Offset into the document’s text in UTF-16 code units' }),
    end: z.int(),
    tokens: z.int(),
    boxes: z.array(Box).meta({ description: 'Where the text lies; empty where the format has no pages' }),
  })
  .meta({ id: 'Chunk' });

/** Converts a row to the API's representation. */
export function renderChunk({ id, ordinal, text, page, heading, start, end, tokens, lines }: ChunkRow) {
  return { id, ordinal, text, page, heading, start, end, tokens, boxes: boxesOf(lines, 0, text.length) };
}

const SearchHit = z
  .object({
    chunk_id: Id,
    document_id: Id,
    title: z.string(),
    filename: z.string(),
    page: z.int().nullable(),
    heading: z.string().nullable(),
    text: z.string(),
    start: z.int(),
    end: z.int(),
    score: z.number().min(0).max(1).meta({
      description:
        'Comparable between queries. Of the first hit the probability that it answers the query: 0.5 and more means that it probably does. It grows with `scores.rerank` where there is one',
    }),
    scores: z.object({
      vector: z.number().nullable().meta({ description: 'Cosine similarity' }),
      lexical: z.number().nullable().meta({ description: 'BM25' }),
      rerank: z.number().nullable().meta({
        description: 'The reranker’s probability that the passage answers; null where it did not judge',
      }),
    }),
    boxes: z.array(Box).meta({ description: 'Where the text lies; empty where the format has no pages' }),
    also_in: z
      .array(z.object({ document_id: Id, title: z.string(), filename: z.string(), page: z.int().nullable() }))
      .meta({ description: 'Other places with the same or nearly the same text' }),
  })
  .meta({ id: 'SearchHit' });

/** Converts a hit to the API's representation. */
export function renderHit({
  created_at: _date,
  metadata: _metadata,
  ordinal: _ordinal,
  tokens: _tokens,
  lines,
  ...hit
}: Hit): z.input<typeof SearchHit> {
  return { ...hit, boxes: boxesOf(lines, 0, hit.text.length) };
}

const Ms = z.number().nullable();
const RerankMs = Ms.meta({
  description:
    'Null without a reranker. It is waited for only so long; without an answer in time `scores.rerank` is null',
});

export const SearchResult = z
  .object({
    data: z.array(SearchHit),
    degraded: z.literal('lexical_only').nullable().meta({
      description: '`lexical_only`: a hybrid search answered by words, because vectors could not be searched',
    }),
    took_ms: z.object({ embed: Ms, vector: Ms, lexical: Ms, rerank: RerankMs, total: z.number() }),
  })
  .meta({ id: 'SearchResult' });
