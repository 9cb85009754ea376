import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { enqueueTransfer } from '#shared/aws/queue.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { asUser } from '#shared/db/scope.ts';
import * as transfers from '#shared/db/transfers.ts';
import { accepted, defineRoute, Id } from '#shared/http/route.ts';

const DAYS = 2;

export const exportMe = defineRoute({
  method: 'POST',
  path: '/v1/me/export',
  summary: 'Export my data',
  description: `Prepares a ZIP of JSON files: profile, sessions, memberships, API keys without secrets, conversations, feedback and own audit entries. It can be downloaded for ${DAYS} days.`,
  tag: 'auth',
  access: 'user',
  idempotent: true,
  response: { 202: z.object({ id: Id }) },
  errors: ['conflict'],
  async run({ principal: { userId } }) {
    const scope = { userId };
    const id = uuidv7();
    await asUser(userId, async (db) => {
      if (await transfers.isRunning(scope, 'person_export', db))
        throw new AppError('conflict', 'An export is being prepared; wait for it.', {
          retryAfterSeconds: 10,
        });
      const transfer = { id, kind: 'person_export' as const, team_id: null, user_id: userId };
      await transfers.insert(scope, { ...transfer, status: 'queued', files: [], days: DAYS }, db);
      await auditLog.append(
        null,
        { actor: { userId, keyId: null }, action: 'user.exported', targetId: userId },
        db,
      );
    });
    await enqueueTransfer(scope, id);
    return accepted({ id });
  },
});
