import { notFound } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as collectionMembers from '#shared/db/collection-members.ts';
import * as collections from '#shared/db/collections.ts';
import * as members from '#shared/db/members.ts';
import { inTeam } from '#shared/db/scope.ts';
import { defineRoute, noContent } from '#shared/http/route.ts';

export const addCollectionMember = defineRoute({
  method: 'PUT',
  path: '/v1/teams/{team_id}/collections/{collection_id}/members/{user_id}',
  summary: 'Let a member of the team see a restricted collection',
  description:
    'Takes effect at once; repeated it changes nothing. Members of a collection that the whole team sees count once it is restricted.',
  tag: 'collections',
  access: { role: 'admin', scope: 'session-only' },
  response: { 204: null },
  errors: ['not_found', 'insufficient_role'],
  async run({ principal, params }) {
    const { teamId } = principal;
    const added = { collectionId: params.collection_id, userId: params.user_id };
    await inTeam(teamId, async (db) => {
      if (!(await collections.find(teamId, added.collectionId, db))) throw notFound('collection');
      if (!(await members.find(teamId, added.userId, db))) throw notFound('member');
      if (!(await collectionMembers.insert(teamId, added, db))) return;
      const after = { user_id: added.userId };
      const entry = {
        actor: principal,
        action: 'collection.member_added',
        targetId: added.collectionId,
        after,
      };
      await auditLog.append(teamId, entry, db);
    });
    return noContent();
  },
});
