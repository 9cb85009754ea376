import { z } from 'zod';
import { defineRoute, Id, ok } from '#shared/http/route.ts';
import { search as findPassages } from '#shared/retrieval/search.ts';
import { renderHit, SearchResult } from './schemas.ts';

const Ids = z.array(Id).min(1).max(100);

export const search = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/search',
  summary: 'Search the team’s documents',
  tag: 'search',
  access: { role: 'viewer', scope: 'search' },
  body: z
    .object({
      query: z.string().trim().min(1).max(2_000),
      collection_ids: Ids.optional(),
      top_k: z.int().min(1).max(50).default(8),
      mode: z.enum(['hybrid', 'vector', 'lexical']).default('hybrid'),
      filter: z
        .object({ document_ids: Ids.optional(), metadata: z.record(z.string(), z.unknown()).optional() })
        .default({}),
    })
    .meta({ examples: [{ query: '연차 휴가', top_k: 8, mode: 'hybrid' }] }),
  response: { 200: SearchResult },
  errors: ['not_found', 'dependency_unavailable', 'model_mismatch'],
  async run({ principal, body }) {
    const { hits, degraded, tookMs } = await findPassages(principal.teamId, {
      query: body.query,
      topK: body.top_k,
      mode: body.mode,
      scope: {
        collectionIds: body.collection_ids ?? null,
        documentIds: body.filter.document_ids ?? null,
        metadata: body.filter.metadata ?? null,
      },
    });
    return ok({ data: hits.map(renderHit), degraded, took_ms: tookMs });
  },
});
