import { z } from 'zod';
import * as auditLog from '#shared/db/audit-log.ts';
import * as teams from '#shared/db/teams.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { Name, Team } from './schemas.ts';

export const createTeam = defineRoute({
  method: 'POST',
  path: '/v1/teams',
  summary: 'Create a team',
  description: 'The caller becomes its owner. The team starts with a collection named `default`.',
  tag: 'teams',
  access: 'user',
  idempotent: true,
  body: z.object({ name: Name }),
  response: { 201: Team },
  async run({ principal, body }) {
    const { userId } = principal;
    const team = await teams.insert({ name: body.name, ownerId: userId }, async (row, db) => {
      const after = { name: row.name };
      await auditLog.append(
        row.id,
        { actor: principal, action: 'team.created', targetId: row.id, after },
        db,
      );
    });
    return created(team);
  },
});
