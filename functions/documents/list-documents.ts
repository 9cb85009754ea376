import { z } from 'zod';
import * as documents from '#shared/db/documents.ts';
import { paginate } from '#shared/http/cursor.ts';
import { defineRoute, Id, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Document, DocumentStatus, renderDocument } from './schemas.ts';

export const listDocuments = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/documents',
  summary: 'List documents',
  tag: 'documents',
  access: { role: 'viewer', scope: 'documents:read' },
  query: PageQuery.extend({
    collection_id: Id.optional(),
    status: DocumentStatus.optional(),
    q: z.string().max(255).optional().meta({ description: 'Part of the file name' }),
  }),
  response: { 200: pageOf(Document) },
  errors: ['not_found'],
  async run({ principal: { teamId }, query }) {
    const filter = {
      collectionId: query.collection_id ?? null,
      status: query.status ?? null,
      text: query.q?.normalize('NFC') ?? null,
    };
    const page = await paginate({
      list: `documents:${teamId}`,
      query,
      fetch: (wanted) => documents.list(teamId, { ...wanted, ...filter }),
      render: renderDocument,
    });
    return ok(page);
  },
});
