import { z } from 'zod';
import { notFound } from '#shared/core/errors.ts';
import { defineRoute } from '#shared/http/route.ts';
import { findAsset } from './assets.ts';

export const getDocsAsset = defineRoute({
  method: 'GET',
  path: '/docs/{asset}',
  summary: 'A file of the documentation’s page',
  description: 'Its name changes with its content, so it may be kept for ever.',
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
