import { parseArgs } from 'node:util';
import { closeOnSignal, listenLocally } from '#local/platform/listen.ts';
import { createIssuer } from './issuer.ts';
import { readOrCreateKeys } from './keys.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9000' },
    issuer: { type: 'string', default: 'http://localhost:9000' },
    keys: { type: 'string', default: '.data/oidc-keys.json' },
    redirect: { type: 'string', multiple: true, default: ['http://localhost:8000/v1/auth/google/callback'] },
  },
});

const server = createIssuer({
  issuer: values.issuer,
  keys: readOrCreateKeys(values.keys),
  client: {
    id: process.env.GOOGLE_CLIENT_ID ?? 'local',
    secret: process.env.GOOGLE_CLIENT_SECRET ?? 'local',
    redirectUris: values.redirect,
  },
  alsoRedirectsTo: /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\/v1\/auth\/oidc\/[\da-f-]{36}\/callback$/,
});
closeOnSignal(server);
await listenLocally(server, Number(values.port));
console.log(`OIDC issuer ${values.issuer}`);
