import { z } from 'zod';
import { boxesOf } from '#shared/core/box.ts';
import { notFound } from '#shared/core/errors.ts';
import * as chunks from '#shared/db/chunks.ts';
import { Box } from '#shared/http/box-schema.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { findQuote } from '#shared/text/find-quote.ts';
import { Chunk, renderChunk } from './schemas.ts';

const Quote = z.object({
  start: z.int().meta({ description: 'Offset into the chunk’s text in UTF-16 code units' }),
  end: z.int(),
  boxes: z.array(Box).meta({ description: 'Where the quote lies; empty where the format has no pages' }),
});

export const getChunk = defineRoute({
  method: 'GET',
  path: '/v1/teams/{team_id}/documents/{document_id}/chunks/{chunk_id}',
  summary: 'Get a chunk, and where a quote stands in it',
  tag: 'documents',
  access: { role: 'viewer', scope: 'documents:read' },
  query: z.object({
    quote: z
      .string()
      .max(2_000)
      .optional()
      .meta({ description: 'A part of the chunk’s text; differences in white space are ignored' }),
  }),
  response: {
    200: Chunk.extend({ quote: Quote.nullable().meta({ description: 'null: not asked for, or not found' }) }),
  },
  errors: ['not_found'],
  async run({ principal: { teamId }, params, query }) {
    const row = await chunks.find(teamId, params.document_id, params.chunk_id);
    if (!row) throw notFound('chunk');
    const place = query.quote === undefined ? null : findQuote(row.text, query.quote.normalize('NFC'));
    const quote = place && { ...place, boxes: boxesOf(row.lines, place.start, place.end) };
    return ok({ ...renderChunk(row), quote });
  },
});
