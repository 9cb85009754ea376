import { z } from 'zod';
import { narrowScope, WHOLE_TEAM } from '#shared/db/document-filter.ts';
import { Filter, Ids } from '#shared/http/filter-schema.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { search as findPassages } from '#shared/retrieval/search.ts';
import { renderHit, SearchResult } from './schemas.ts';

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
      filter: Filter.optional(),
    })
    .meta({ examples: [{ query: '연차 휴가', top_k: 8, mode: 'hybrid' }] }),
  response: { 200: SearchResult },
  errors: ['not_found', 'dependency_unavailable', 'model_mismatch'],
  async run({ principal, body }) {
    const { hits, degraded, tookMs } = await findPassages(principal.teamId, {
      query: body.query,
      topK: body.top_k,
      mode: body.mode,
      scope: narrowScope({ ...WHOLE_TEAM, collectionIds: body.collection_ids ?? null }, body.filter),
    });
    return ok({ data: hits.map(renderHit), degraded, took_ms: tookMs });
  },
});
