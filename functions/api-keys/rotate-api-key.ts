import { z } from 'zod';
import { createApiKey } from '#shared/auth/api-keys.ts';
import { notFound } from '#shared/core/errors.ts';
import { rotateApiKey as changeSecret } from '#shared/db/api-keys.ts';
import { audit } from '#shared/db/audit-log.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { NewApiKey, renderApiKey } from './schemas.ts';

export const rotateApiKey = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/api-keys/{key_id}/rotate',
  summary: 'Give an API key a new secret',
  description: 'The old secret works on for `overlap_minutes`.',
  tag: 'keys',
  access: { role: 'admin', scope: 'none' },
  idempotent: true,
  body: z.object({ overlap_minutes: z.literal([0, 15, 60, 360, 1440]) }),
  response: { 200: NewApiKey },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params, body }) {
    const { key, secretHash } = createApiKey(params.key_id);
    const row = await changeSecret(principal.teamId, {
      id: params.key_id,
      secretHash,
      overlapMinutes: body.overlap_minutes,
    });
    if (!row) throw notFound('API key');
    await audit(principal.teamId, { actor: principal, action: 'api_key.rotated', targetId: row.id });
    return ok({ ...renderApiKey(row), key });
  },
});
