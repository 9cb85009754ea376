import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { originalKey } from '#shared/aws/document-keys.ts';
import { deleteObject, putObject } from '#shared/aws/storage.ts';
import { accepted, defineRoute } from '#shared/http/route.ts';
import { askForIngestion } from './ask-for-ingestion.ts';
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
    const id = uuidv7();
    const key = originalKey(principal.teamId, id);
    // The file first: a document without one would wait for a form that nobody has.
    await putObject(key, bytes, file.content_type);
    const placed = { id, object_key: key, status: 'uploaded' } as const;
    const row = await registerDocument(principal, { ...options, ...file }, placed).catch(
      async (error: unknown) => {
        await deleteObject(key).catch(() => undefined);
        throw error;
      },
    );
    await askForIngestion({ teamId: principal.teamId, documentId: id });
    return accepted({ document: renderDocument(row) });
  },
});
