import { v7 as uuidv7 } from 'uuid';
import { AppError } from '#shared/core/errors.ts';
import * as auditLog from '#shared/db/audit-log.ts';
import * as collections from '#shared/db/collections.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { requireAccessRight } from './require-access-right.ts';
import { Collection, chunkingColumns, NewCollection, renderCollection } from './schemas.ts';

export const createCollection = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/collections',
  summary: 'Create a collection',
  description: 'Only admins create a restricted one.',
  tag: 'collections',
  access: { role: 'member', scope: 'documents:write' },
  idempotent: true,
  body: NewCollection,
  response: { 201: Collection },
  errors: ['not_found', 'already_exists', 'insufficient_role', 'insufficient_scope'],
  async run({ principal, body: { chunking, ...body } }) {
    const { teamId } = principal;
    if (principal.collectionIds)
      throw new AppError('insufficient_scope', 'This API key is limited to certain collections.');
    requireAccessRight(principal, { from: 'team', to: body.access, isDefault: false });
    const id = uuidv7();
    const after = { name: body.name, access: body.access };
    const entry = { actor: principal, action: 'collection.created', targetId: id, after };
    const row = await auditLog.recorded(teamId, entry, (db) =>
      collections.insert(teamId, { ...body, ...chunkingColumns(chunking), id }, db),
    );
    return created(renderCollection(row));
  },
});
