import { z } from 'zod';
import { putObject } from '#shared/aws/storage.ts';
import { accepted, defineRoute } from '#shared/http/route.ts';
import { registerDocument } from './register-document.ts';
import { Document, DocumentOptions, FileName, renderDocument } from './schemas.ts';

export const createDocumentFromText = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/documents/text',
  summary: 'Add a document by its text',
  description: 'The text may be Markdown.',
  tag: 'documents',
  access: { role: 'member', scope: 'documents:write' },
  idempotent: true,
  body: DocumentOptions.extend({ title: FileName, text: z.string().trim().min(1).max(800_000) }).meta({
    examples: [{ title: 'notice.txt', text: '사무실은 월요일에 문을 엽니다.' }],
  }),
  response: { 202: z.object({ document: Document }) },
  errors: ['not_found', 'insufficient_role', 'payload_too_large'],
  async run({ principal, body: { title, text, ...options } }) {
    const bytes = Buffer.from(text);
    const file = { title, filename: title, content_type: 'text/markdown', size_bytes: bytes.length };
    const row = await registerDocument(principal, { ...options, ...file });
    // The bucket's event starts ingestion, as after an upload.
    await putObject(row.object_key, bytes, row.content_type);
    return accepted({ document: renderDocument(row) });
  },
});
