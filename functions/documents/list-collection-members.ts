import { notFound } from '#shared/core/errors.ts';
import * as collectionMembers from '#shared/db/collection-members.ts';
import * as collections from '#shared/db/collections.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { CollectionMember } from './schemas.ts';

export const listCollectionMembers = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/collections/{collection_id}/members',
  summary: 'List who sees a restricted collection',
  description: 'Admins and owners see it too and are listed only where they were added.',
  tag: 'collections',
  access: { role: 'viewer', scope: 'session-only' },
  query: PageQuery,
  response: { 200: pageOf(CollectionMember) },
  errors: ['not_found'],
  async run({ principal: { teamId }, params, query }) {
    const collection = await collections.find(teamId, params.collection_id);
    if (!collection) throw notFound('collection');
    const page = await paginate({
      list: `collection-members:${collection.id}`,
      query,
      fetch: (wanted) => collectionMembers.list(teamId, collection.id, wanted),
      render: ({ id: _id, ...member }) => member,
    });
    return ok(page);
  },
});
