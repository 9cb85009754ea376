import { v7 as uuidv7 } from 'uuid';
import * as collections from '#shared/db/collections.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { Collection, CollectionInput, chunkingColumns, renderCollection } from './schemas.ts';

export const createCollection = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/collections',
  summary: 'Create a collection',
  tag: 'collections',
  access: { role: 'member', scope: 'documents:write' },
  idempotent: true,
  body: CollectionInput,
  response: { 201: Collection },
  errors: ['not_found', 'already_exists'],
  async run({ principal, body: { chunking, ...body } }) {
    const row = await collections.insert(principal.teamId, {
      ...body,
      ...chunkingColumns(chunking),
      id: uuidv7(),
    });
    return created(renderCollection(row));
  },
});
