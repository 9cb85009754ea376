import { v7 as uuidv7 } from 'uuid';
import * as auditLog from '#shared/db/audit-log.ts';
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
    const { teamId } = principal;
    const id = uuidv7();
    const entry = {
      actor: principal,
      action: 'collection.created',
      targetId: id,
      after: { name: body.name },
    };
    const row = await auditLog.recorded(teamId, entry, (db) =>
      collections.insert(teamId, { ...body, ...chunkingColumns(chunking), id }, db),
    );
    return created(renderCollection(row));
  },
});
