import { notFound } from '#shared/core/errors.ts';
import * as chunks from '#shared/db/chunks.ts';
import * as documents from '#shared/db/documents.ts';
import { createCursor, readCursor } from '#shared/http/cursor.ts';
import { defineRoute, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Chunk, renderChunk } from './schemas.ts';

export const listChunks = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/documents/{document_id}/chunks',
  summary: 'List a document’s chunks, in order',
  description: 'Chunks overlap: `start` and `end` say where. Together they hold all of the document’s text.',
  tag: 'documents',
  access: { role: 'viewer', scope: 'documents:read' },
  query: PageQuery,
  response: { 200: pageOf(Chunk) },
  errors: ['not_found'],
  async run({ principal: { teamId }, params, query }) {
    const document = await documents.find(teamId, params.document_id);
    if (!document) throw notFound('document');
    const list = `chunks:${document.id}`;
    const after = Number(readCursor(list, query.cursor) ?? -1);
    const rows = await chunks.list(teamId, document.id, { limit: query.limit + 1, after });
    const data = rows.slice(0, query.limit).map(renderChunk);
    const last = data.at(-1);
    return ok({
      data,
      next_cursor: last && rows.length > query.limit ? createCursor(list, String(last.ordinal)) : null,
    });
  },
});
