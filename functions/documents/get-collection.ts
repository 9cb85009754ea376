import { notFound } from '#shared/core/errors.ts';
import * as collections from '#shared/db/collections.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { Collection, renderCollection } from './schemas.ts';

export const getCollection = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/collections/{collection_id}',
  summary: 'Get a collection',
  tag: 'collections',
  access: { role: 'viewer', scope: 'documents:read' },
  response: { 200: Collection },
  errors: ['not_found'],
  async run({ principal, params }) {
    const row = await collections.find(principal.teamId, params.collection_id);
    if (!row) throw notFound('collection');
    return ok(renderCollection(row));
  },
});
