import { AppError, notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as collections from '#shared/db/collections.ts';
import * as documents from '#shared/db/documents.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteCollection = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/collections/{collection_id}',
  summary: 'Delete a collection and its documents',
  tag: 'collections',
  access: { role: 'admin', scope: 'documents:write' },
  response: { 204: null },
  errors: ['not_found', 'conflict', 'legal_hold'],
  async run({ principal, params }) {
    const { teamId } = principal;
    await inTeam(teamId, async (db) => {
      const collection = await collections.find(teamId, params.collection_id, db);
      if (!collection) throw notFound('collection');
      if (collection.is_default)
        throw new AppError(
          'conflict',
          'The default collection cannot be deleted; delete its documents instead.',
        );
      await documents.tombstone(teamId, await documents.listIds(teamId, collection.id, db), db);
      await collections.remove(teamId, collection.id, db);
      const before = { name: collection.name };
      await auditLog.append(
        teamId,
        { actor: principal, action: 'collection.deleted', targetId: collection.id, before },
        db,
      );
    });
    return noContent();
  },
});
