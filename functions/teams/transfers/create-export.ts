import { v7 as uuidv7 } from 'uuid';
import { enqueueTransfer } from '#shared/aws/queue.ts';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import { inTeam } from '#shared/db/scope.ts';
import * as transfers from '#shared/db/transfers.ts';
import { accepted, defineRoute } from '#shared/http/route.ts';
import { renderExport, TeamExport } from './schemas.ts';

const DAYS = 7;

export const createExport = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/exports',
  summary: 'Export a team',
  description: `Prepares ZIP files with the originals of all documents, collections, bots, members, settings, conversations and the audit log. They can be downloaded for ${DAYS} days, and imported into another installation.`,
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  idempotent: true,
  response: { 202: TeamExport },
  errors: ['not_found', 'insufficient_role', 'conflict'],
  async run({ principal }) {
    const { teamId, userId } = principal;
    const scope = { teamId };
    const id = uuidv7();
    const row = await inTeam(teamId, async (db) => {
      if (await transfers.isRunning(scope, 'team_export', db))
        throw new AppError('conflict', 'An export is being prepared; wait for it.', {
          retryAfterSeconds: 10,
        });
      await auditLog.append(teamId, { actor: principal, action: 'team.exported', targetId: teamId }, db);
      const transfer = { id, kind: 'team_export' as const, team_id: teamId, user_id: userId };
      return await transfers.insert(scope, { ...transfer, status: 'queued', files: [], days: DAYS }, db);
    });
    await enqueueTransfer(scope, id);
    return accepted(await renderExport(row));
  },
});
