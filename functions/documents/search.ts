import { z } from 'zod';
import { Filter, Ids } from '#shared/http/filter-schema.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { search as findPassages } from '#shared/retrieval/search.ts';
import { renderHit, SearchResult } from './schemas.ts';
import { searchScope } from './search-scope.ts';

export const search = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/search',
  summary: 'Search the team’s documents',
  description:
    'Finds what the caller may see. An API key with `bot_ids` finds what these bots read, one with `collection_ids` what lies in these collections.',
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
      scope: await searchScope(principal, body),
    });
    return ok({ data: hits.map(renderHit), degraded, took_ms: tookMs });
  },
});
