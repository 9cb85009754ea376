import { AppError, notFound } from '#shared/core/errors.ts';
import { audit } from '#shared/db/audit-log.ts';
import { findCollection, deleteCollection as removeCollection } from '#shared/db/collections.ts';
import { listDocumentIds, tombstoneDocuments } from '#shared/db/documents.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const deleteCollection = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/collections/{collection_id}',
  summary: 'Delete a collection and its documents',
  tag: 'collections',
  access: { role: 'admin', scope: 'documents:write' },
  response: { 204: null },
  errors: ['not_found', 'conflict'],
  async run({ principal, params }) {
    const { teamId } = principal;
    await inTeam(teamId, async (db) => {
      const collection = await findCollection(teamId, params.collection_id, db);
      if (!collection) throw notFound('collection');
      if (collection.is_default)
        throw new AppError(
          'conflict',
          'The default collection cannot be deleted; delete its documents instead.',
        );
      await tombstoneDocuments(teamId, await listDocumentIds(teamId, collection.id, db), db);
      await removeCollection(teamId, collection.id, db);
      await audit(teamId, { actor: principal, action: 'collection.deleted', targetId: collection.id }, db);
    });
    return noContent();
  },
});
