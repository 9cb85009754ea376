import { z } from 'zod';
import * as usage from '#shared/db/usage.ts';
import { defineRoute, isUsableTime, ok } from '#shared/http/route.ts';
import { UsageSum } from './schemas.ts';

const MONTH_MS = 30 * 86_400_000;
const Time = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text))
  .refine(isUsableTime, 'must lie between the years 1970 and 9999');

export const getUsage = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/usage',
  summary: 'Get usage and cost',
  description: 'Covers `from` (inclusive; default: 30 days ago) to `to` (exclusive; default: now), in UTC.',
  tag: 'teams',
  access: { role: 'admin', scope: 'usage:read' },
  query: z
    .object({
      from: Time.optional(),
      to: Time.optional(),
      group_by: z.enum(['day', 'bot', 'key', 'model']).default('day'),
    })
    .refine(({ from, to }) => !from || from <= (to ?? new Date()), {
      path: ['from'],
      error: 'must not lie after `to`',
    }),
  response: { 200: z.object({ from: z.iso.datetime(), to: z.iso.datetime(), data: z.array(UsageSum) }) },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, query }) {
    const to = query.to ?? new Date();
    const from = query.from ?? new Date(to.getTime() - MONTH_MS);
    return ok({ from, to, data: await usage.sum(principal.teamId, { from, to, groupBy: query.group_by }) });
  },
});
