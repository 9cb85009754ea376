import { z } from 'zod';
import { generateApiKey } from '#shared/auth/api-keys.ts';
import { notFound } from '#shared/core/errors.ts';
import * as apiKeys from '#shared/db/api-keys.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { lockKey } from './require-rank.ts';
import { NewApiKey, renderApiKey } from './schemas.ts';

export const rotateApiKey = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/api-keys/{key_id}/rotate',
  summary: 'Replace the secret of an API key',
  description:
    'The old secret remains valid for `overlap_minutes`. Both act for the caller from now on, within his role. A key of somebody above him is not his to rotate: 403.',
  tag: 'keys',
  access: { role: 'admin', scope: 'session-only' },
  idempotent: true,
  body: z.object({ overlap_minutes: z.literal([0, 15, 60, 360, 1440]) }),
  response: { 200: NewApiKey },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params, body }) {
    const { teamId } = principal;
    const { key, secretHash } = generateApiKey(params.key_id);
    const rotation = {
      id: params.key_id,
      secretHash,
      overlapMinutes: body.overlap_minutes,
      by: principal.userId,
    };
    const row = await inTeam(teamId, async (db) => {
      const present = await lockKey(principal, params.key_id, db);
      const rotated = await apiKeys.rotate(teamId, rotation, db);
      if (!rotated) throw notFound('API key');
      const before = { created_by: present.created_by };
      const after = { created_by: rotated.created_by, overlap_minutes: body.overlap_minutes };
      const entry = { actor: principal, action: 'api_key.rotated', targetId: present.id, before, after };
      await auditLog.append(teamId, entry, db);
      return rotated;
    });
    return ok({ ...renderApiKey(row), key });
  },
});
