import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as collections from '#shared/db/collections.ts';
import { inTeam } from '#shared/db/scope.ts';
import { changes, defineRoute, ok } from '#shared/http/route.ts';
import { requireAccessRight } from './require-access-right.ts';
import { Collection, chunkingColumns, NewCollection, renderCollection } from './schemas.ts';

export const updateCollection = defineRoute({
  method: 'PATCH',
  path: '/v1/teams/{team_id}/collections/{collection_id}',
  summary: 'Change a collection',
  description:
    'A new chunking applies only to documents ingested after the change. Only admins change `access`, which holds at once, also for conversations of before.',
  tag: 'collections',
  access: { role: 'member', scope: 'documents:write' },
  body: changes(NewCollection),
  response: { 200: Collection },
  errors: ['not_found', 'already_exists', 'conflict', 'insufficient_role', 'insufficient_scope'],
  async run({ principal, params, body: { chunking, ...body } }) {
    const { teamId } = principal;
    const row = await inTeam(teamId, async (db) => {
      const present = await collections.find(teamId, params.collection_id, db);
      if (!present) throw notFound('collection');
      const { access = present.access } = body;
      requireAccessRight(principal, { from: present.access, to: access, isDefault: present.is_default });
      const columns = chunking === undefined ? {} : chunkingColumns(chunking);
      const change = { ...body, ...columns };
      const values = { before: auditLog.pick(present, change), after: change };
      await auditLog.append(
        teamId,
        { actor: principal, action: 'collection.updated', targetId: present.id, ...values },
        db,
      );
      return await collections.update(teamId, { ...present, ...change }, db);
    });
    return ok(renderCollection(row));
  },
});
