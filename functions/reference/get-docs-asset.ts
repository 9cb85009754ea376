import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import { defineRoute } from '#shared/http/route.ts';
import { findAsset } from './assets.ts';

export const getDocsAsset = defineRoute({
  method: 'GET',
  path: '/docs/{asset}',
  summary: 'Get a file of the documentation page',
  description: 'The name changes with the content, so the file may be cached indefinitely.',
  tag: 'meta',
  access: 'public',
  uncounted: true,
  response: { 200: z.string().meta({ contentMediaType: '*/*' }) },
  errors: ['not_found'],
  async run({ params }) {
    const asset = findAsset(params.asset);
    if (!asset) throw notFound('file');
    return {
      status: 200,
      body: asset.text,
      headers: { 'Content-Type': asset.type, 'Cache-Control': 'public, max-age=31536000, immutable' },
    };
  },
});
