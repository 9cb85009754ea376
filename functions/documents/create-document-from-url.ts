import { z } from 'zod';
import { putObject } from '#shared/aws/storage.ts';
import { section } from '#shared/core/config.ts';
import { accepted, defineRoute } from '#shared/http/route.ts';
import { fetchPublicUrl } from '#shared/ingestion/fetch-public-url.ts';
import { assertSupported, registerDocument } from './register-document.ts';
import { Document, DocumentOptions, renderDocument } from './schemas.ts';

const storageConfig = section('storage');

export const createDocumentFromUrl = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/documents/url',
  summary: 'Add a document from a public URL',
  description: 'The page is fetched once. Addresses that are not public are refused, in redirects too.',
  tag: 'documents',
  access: { role: 'member', scope: 'documents:write' },
  idempotent: true,
  body: DocumentOptions.extend({ url: z.url({ protocol: /^https?$/ }).max(2_000) }).meta({
    examples: [{ url: 'https://example.com/handbook.html' }],
  }),
  response: { 202: z.object({ document: Document }) },
  errors: ['not_found', 'insufficient_role', 'unknown_url', 'payload_too_large', 'unsupported_media_type'],
  async run({ principal, body: { url, ...options } }) {
    const fetched = await fetchPublicUrl(url, storageConfig().MAX_UPLOAD_BYTES);
    assertSupported(fetched.contentType);
    const row = await registerDocument(principal, {
      ...options,
      filename: fetched.filename,
      content_type: fetched.contentType,
      size_bytes: fetched.bytes.length,
      source_url: url,
      metadata: { source_url: url, ...options.metadata },
    });
    await putObject(row.object_key, fetched.bytes, row.content_type);
    return accepted({ document: renderDocument(row) });
  },
});
