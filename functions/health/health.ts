import { z } from 'zod';
import { VERSION } from '#shared/core/version.ts';
import { defineRoute, ok } from '#shared/http/route.ts';

const Health = z
  .object({ status: z.literal('healthy'), app_name: z.literal('RAG Platform Backend'), version: z.string() })
  .meta({ id: 'Health' });

export const health = defineRoute({
  method: 'GET',
  path: '/health',
  summary: 'Check that the process is running',
  description: 'Asks no dependency.',
  tag: 'meta',
  access: 'public',
  uncounted: true,
  response: { 200: Health },
  async run() {
    return ok({ status: 'healthy', app_name: 'RAG Platform Backend', version: VERSION });
  },
});
