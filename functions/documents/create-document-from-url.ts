import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { originalKey } from '#shared/aws/document-keys.ts';
import { accepted, defineRoute } from '#shared/http/route.ts';
import { assertFetchable, fileNameOf } from '#shared/ingestion/fetch-public-url.ts';
import { typeOfName } from '#shared/parsing/formats.ts';
import { askForIngestion } from './ask-for-ingestion.ts';
import { registerDocument } from './register-document.ts';
import { Document, DocumentOptions, renderDocument } from './schemas.ts';

export const createDocumentFromUrl = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/documents/url',
  summary: 'Add a document from a public URL',
  description:
    'The page is fetched once, in the background: its status and error are the document’s. Addresses that are not public are refused, in redirects too; http and https are read at the ports 80, 443, 8080 and 8443.',
  tag: 'documents',
  access: { role: 'member', scope: 'documents:write' },
  idempotent: true,
  body: DocumentOptions.extend({ url: z.url({ protocol: /^https?$/ }).max(2_000) }).meta({
    examples: [{ url: 'https://example.com/handbook.html' }],
  }),
  response: { 202: z.object({ document: Document }) },
  errors: ['not_found', 'insufficient_role', 'unknown_url'],
  async run({ principal, body: { url, ...options } }) {
    assertFetchable(url);
    const { teamId } = principal;
    const id = uuidv7();
    const filename = fileNameOf(new URL(url));
    const page = {
      ...options,
      filename,
      content_type: typeOfName(filename) ?? 'text/html',
      size_bytes: 0,
      source_url: url,
      fetch_url: url,
      metadata: { source_url: url, ...options.metadata },
    };
    const placed = { id, object_key: originalKey(teamId, id), status: 'uploaded' } as const;
    const row = await registerDocument(principal, page, placed);
    await askForIngestion({ teamId, documentId: id });
    return accepted({ document: renderDocument(row) });
  },
});
