import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import * as teams from '#shared/db/teams.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { isAllowed, llmModels } from '#shared/llm/catalog.ts';

const LlmModel = z
  .object({
    id: z.string(),
    provider: z.string(),
    name: z.string(),
    context_tokens: z.int().nullable(),
    input_usd_per_million: z.number().nullable(),
    output_usd_per_million: z.number().nullable(),
    configured: z.boolean(),
  })
  .meta({ id: 'LlmModel' });

export const listLlmModels = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/llm-models',
  summary: 'List the language models that a bot may use, with their prices',
  description: 'Without external models where the team has switched them off.',
  tag: 'bots',
  access: { role: 'viewer', scope: 'bots:read' },
  response: { 200: z.object({ data: z.array(LlmModel), next_cursor: z.null() }) },
  errors: ['not_found'],
  async run({ principal }) {
    const team = await teams.find(principal.teamId);
    if (!team) throw notFound('team');
    return ok({ data: llmModels().filter(({ id }) => isAllowed(id, team)), next_cursor: null });
  },
});
