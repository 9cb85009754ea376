import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Writes api.d.ts, the types of the API, when openapi.json has changed since it was written last. */
const source = new URL('../../openapi.json', import.meta.url);
const target = new URL('api.d.ts', import.meta.url);
const stamp = `// From openapi.json ${createHash('sha256').update(readFileSync(source)).digest('hex')}\n`;

if (!existsSync(target) || !readFileSync(target, 'utf8').startsWith(stamp)) {
  const { default: openapiTS, astToString } = await import('openapi-typescript');
  const types = await openapiTS(source, { rootTypes: true, rootTypesNoSchemaPrefix: true });
  writeFileSync(target, stamp + astToString(types));
}
