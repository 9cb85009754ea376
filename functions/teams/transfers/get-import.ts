import { notFound } from '#shared/core/errors.ts';
import * as transfers from '#shared/db/transfers.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { renderImport, TeamImport } from './schemas.ts';

export const getImport = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/imports/{import_id}',
  summary: 'Get the progress of an import',
  tag: 'teams',
  access: { role: 'owner', scope: 'session-only' },
  response: { 200: TeamImport },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal: { teamId }, params }) {
    const row = await transfers.find({ teamId }, 'team_import', params.import_id);
    if (!row) throw notFound('import');
    return ok(renderImport(row));
  },
});
