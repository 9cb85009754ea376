import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import jwt from 'jsonwebtoken';

const CLIENT_ID = 'client';

/** An OpenID Connect issuer whose tokens and failures a test controls. */
export type FakeIssuer = {
  url: string;
  clientId: string;
  /** Creates the ID token for the next exchange of a code. */
  idToken: (issuer: FakeIssuer) => string;
  /** While true, every request fails. */
  down: boolean;
  /** The form of the last code exchange. */
  exchanged: URLSearchParams;
  sign(claims: object, options?: { key?: KeyObject; header?: object; algorithm?: jwt.Algorithm }): string;
  close(): Promise<void>;
};

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY_ID = 'signing';

/** Starts the issuer on a free local port. `sign` adds no claims. */
export async function startFakeIssuer(): Promise<FakeIssuer> {
  const server = createServer(async (request, response) => {
    if (request.url === '/token') issuer.exchanged = new URLSearchParams(await text(request));
    response.writeHead(issuer.down ? 503 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answerTo(request.url ?? '', issuer)));
  });
  const issuer: FakeIssuer = {
    url: '',
    clientId: CLIENT_ID,
    down: false,
    exchanged: new URLSearchParams(),
    idToken: () => '',
    sign: (
      claims,
      { key = createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })), ...rest } = {},
    ) =>
      jwt.sign(claims, key, {
        algorithm: rest.algorithm ?? 'RS256',
        keyid: KEY_ID,
        ...headerOf(rest.header),
      }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  issuer.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return issuer;
}

function headerOf(header: object | undefined): { header?: jwt.JwtHeader } {
  return header ? { header: header as jwt.JwtHeader } : {};
}

function answerTo(path: string, issuer: FakeIssuer): object {
  if (path === '/token') return { access_token: 'x', token_type: 'Bearer', id_token: issuer.idToken(issuer) };
  if (path === '/jwks')
    return { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }] };
  return {
    issuer: issuer.url,
    authorization_endpoint: `${issuer.url}/authorize`,
    token_endpoint: `${issuer.url}/token`,
    jwks_uri: `${issuer.url}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}
