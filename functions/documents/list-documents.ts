import { z } from 'zod';
import { narrowScope, WHOLE_TEAM } from '#shared/db/document-filter.ts';
import * as documents from '#shared/db/documents.ts';
import { paginate } from '#shared/http/cursor.ts';
import { MAX_METADATA_KEYS, MetadataKey } from '#shared/http/filter-schema.ts';
import { defineRoute, Id, ok, PageQuery, pageOf } from '#shared/http/route.ts';
import { Document, DocumentStatus, renderDocument } from './schemas.ts';

/** A query has no types: `2024` means the text and the number. */
const MetadataQuery = z
  .record(
    MetadataKey,
    z
      .string()
      .max(500)
      .transform((text) => ({ in: [text, ...typedReadings(text)] })),
  )
  .refine(
    (metadata) => Object.keys(metadata).length <= MAX_METADATA_KEYS,
    `at most ${MAX_METADATA_KEYS} keys`,
  );

function typedReadings(text: string): (number | boolean)[] {
  if (text === 'true' || text === 'false') return [text === 'true'];
  return /^-?\d+(\.\d+)?$/.test(text) && Number.isFinite(Number(text)) ? [Number(text)] : [];
}

export const listDocuments = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/documents',
  summary: 'List documents',
  tag: 'documents',
  access: { role: 'viewer', scope: 'documents:read' },
  query: PageQuery.extend({
    collection_id: Id.optional(),
    status: DocumentStatus.optional(),
    q: z.string().max(255).optional().meta({ description: 'Part of the title or of the file name' }),
    metadata: MetadataQuery.optional().meta({
      description: '`metadata[key]=value`: the value as a text, or the number or boolean that it spells',
    }),
  }),
  response: { 200: pageOf(Document) },
  errors: ['not_found'],
  async run({ principal: { teamId }, query }) {
    const filter = {
      collectionId: query.collection_id ?? null,
      status: query.status ?? null,
      text: query.q?.normalize('NFC') ?? null,
      conditions: narrowScope(WHOLE_TEAM, { metadata: query.metadata }).conditions,
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
