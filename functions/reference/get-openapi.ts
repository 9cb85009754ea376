import { z } from 'zod';
import { section } from '#shared/core/config.ts';
import { defineRoute, ok } from '#shared/http/route.ts';
import { readText } from './assets.ts';
import type { OpenApiDocument } from './openapi/openapi.ts';

const httpConfig = section('http');

let written: OpenApiDocument | undefined;

export const getOpenapi = defineRoute({
  method: 'GET',
  path: '/openapi.json',
  summary: 'Get this API as an OpenAPI 3.1 document',
  tag: 'meta',
  access: 'public',
  uncounted: true,
  response: { 200: z.looseObject({ openapi: z.string(), paths: z.record(z.string(), z.unknown()) }) },
  async run() {
    // Read from the file that `npm run openapi` writes: this bundle then excludes the code of all other functions.
    written ??= JSON.parse(readText('openapi.json')) as OpenApiDocument;
    return ok({ ...written, servers: [{ url: httpConfig().API_URL }] });
  },
});
