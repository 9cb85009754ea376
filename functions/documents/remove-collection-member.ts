import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as collectionMembers from '#shared/db/collection-members.ts';
import * as collections from '#shared/db/collections.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const removeCollectionMember = defineRoute({
  method: 'DELETE',
  path: '/v1/teams/{team_id}/collections/{collection_id}/members/{user_id}',
  summary: 'Take a restricted collection away from somebody',
  description: 'Takes effect at once, also for answers of before that were made from it: those are withheld.',
  tag: 'collections',
  access: { role: 'admin', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const removed = { collectionId: params.collection_id, userId: params.user_id };
    const entry = {
      actor: principal,
      action: 'collection.member_removed',
      targetId: removed.collectionId,
      after: { user_id: removed.userId },
    };
    await auditLog.recorded(teamId, entry, async (db) => {
      if (!(await collections.find(teamId, removed.collectionId, db))) throw notFound('collection');
      if (!(await collectionMembers.remove(teamId, removed, db))) throw notFound('member');
    });
    return noContent();
  },
});
