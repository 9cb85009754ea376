import { writeFileSync } from 'node:fs';
import { apiDocument } from './openapi-document.ts';

/** `npm run openapi`: generates openapi.json from the routes. */
writeFileSync(new URL('../../openapi.json', import.meta.url), `${JSON.stringify(apiDocument(), null, 2)}\n`);
