import { z } from 'zod';
import { createUpload } from '#shared/aws/storage.ts';
import { section } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { created, defineRoute } from '#shared/http/route.ts';
import { assertSupported, registerDocument } from './register-document.ts';
import { ContentType, Document, DocumentOptions, FileName, renderDocument } from './schemas.ts';

const storageConfig = section('storage');

const Upload = z.object({ url: z.url(), fields: z.record(z.string(), z.string()) }).meta({
  id: 'Upload',
  description: 'POST these fields, then the `file`, as multipart/form-data to `url`',
});

export const createDocument = defineRoute({
  method: 'POST',
  path: '/v1/teams/{team_id}/documents',
  summary: 'Add a document by uploading a file',
  description:
    'Returns a presigned form. Upload the file with it: ingestion then starts without another request.',
  tag: 'documents',
  access: { role: 'member', scope: 'documents:write' },
  idempotent: true,
  body: DocumentOptions.extend({
    filename: FileName,
    content_type: ContentType,
    size_bytes: z.int().min(1),
  }).meta({
    examples: [{ filename: 'work-rules.pdf', content_type: 'application/pdf', size_bytes: 183204 }],
  }),
  response: { 201: z.object({ document: Document, upload: Upload }) },
  errors: ['not_found', 'insufficient_role', 'payload_too_large', 'unsupported_media_type'],
  async run({ principal, body }) {
    assertSupported(body.content_type);
    const { MAX_UPLOAD_BYTES } = storageConfig();
    if (body.size_bytes > MAX_UPLOAD_BYTES) {
      throw new AppError(
        'payload_too_large',
        `Files may have at most ${MAX_UPLOAD_BYTES} bytes; split this one.`,
      );
    }
    const row = await registerDocument(principal, body);
    const upload = await createUpload(row.object_key, {
      contentType: row.content_type,
      sizeBytes: row.size_bytes,
    });
    return created({ document: renderDocument(row), upload });
  },
});
