import { v7 as uuidv7 } from 'uuid';
import { hashApiKey, isHashOf } from '#shared/auth/api-key-hash.ts';
import { generateApiKey, readApiKey } from '#shared/auth/api-keys.ts';
import { createServiceToken, servicePublicKeys } from '#shared/auth/service-token.ts';
import { beginSignIn, readSignIn } from '#shared/auth/sign-in.ts';
import { signingRing } from '#shared/auth/signatures.ts';
import {
  createAccessToken,
  createRefreshToken,
  readRefreshToken,
  verifyAccessToken,
} from '#shared/auth/tokens.ts';
import { verifyServiceToken } from '#shared/auth/verify-service-token.ts';
import { loadConfig } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { createCursor, readCursor } from '#shared/http/cursor.ts';
import { type Answer, anonymous, clientFor, newKey, newTeam, succeeded } from '#tests/support/api.ts';
import { inParallel, printCounts } from './support/counts.ts';
import { forge } from './support/forge.ts';
import { randomFrom } from './support/random.ts';

const PER_KIND = 20_000;
const OVER_HTTP = 1_000;
const LIST = 'bots:a';

/** `verify` throws an AppError for what it refuses. */
type Kind = { make(): string; verify(text: string): unknown };

const API_KEYS = new Map<string, string>();

const KINDS: Record<string, Kind> = {
  'access token': {
    make: () => createAccessToken({ userId: uuidv7(), sessionId: uuidv7() }),
    verify: verifyAccessToken,
  },
  'refresh token': {
    make: () => createRefreshToken(uuidv7(), 1 + (API_KEYS.size % 9)),
    verify: readRefreshToken,
  },
  'sign-in cookie': {
    make: () => /=([^;]*)/.exec(beginSignIn('/').cookie)?.[1] ?? '',
    verify: readSignIn,
  },
  'service token': { make: createServiceToken, verify: verifyServiceToken },
  cursor: { make: () => createCursor(LIST, uuidv7()), verify: (text) => readCursor(LIST, text) },
  'API key': {
    make() {
      const id = uuidv7();
      const { key, secretHash } = generateApiKey(id);
      API_KEYS.set(id, secretHash);
      return key;
    },
    verify(text) {
      const id = readApiKey(text);
      const hash = id === null ? undefined : API_KEYS.get(id);
      if (hash === undefined || !isHashOf(text, hash)) throw new AppError('invalid_token', 'Not a key.');
    },
  },
};

beforeAll(async () => {
  const secret = 'a secret for tests, long enough to be one';
  Object.assign(process.env, { JWT_SECRET: secret, API_URL: 'https://api.example.com' });
  process.env['API_KEY_PEPPER'] = 'a pepper for tests, long enough to be one';
  await loadConfig('http', 'auth', 'pepper');
  process.env['SERVICE_PUBLIC_KEYS'] = JSON.stringify(servicePublicKeys(signingRing()));
  await loadConfig('service_keys');
  expect(isHashOf('x', hashApiKey('x'))).toBe(true);
});

test.each(Object.entries(KINDS))(
  'no forged %s is accepted, and each is refused in words',
  (name, kind) => {
    const genuine = Array.from({ length: 8 }, () => kind.make());
    for (const each of genuine) expect(() => kind.verify(each)).not.toThrow();
    const random = randomFrom(12);
    const accepted: string[] = [];
    const crashes: string[] = [];
    for (let left = PER_KIND; left > 0; left -= 1) {
      const forged = forge(genuine, random);
      try {
        kind.verify(forged);
        accepted.push(forged);
      } catch (error) {
        if (!(error instanceof AppError)) crashes.push(`${forged}: ${String(error)}`);
      }
    }
    printCounts(name, { forgeries: PER_KIND, accepted: accepted.length, crashes: crashes.length });
    expect({ accepted: accepted.slice(0, 5), crashes: crashes.slice(0, 5) }).toEqual({
      accepted: [],
      crashes: [],
    });
  },
  300_000,
);

/** What `fetch` can send as a header, or null. */
function asHeader(text: string): string | null {
  const clean = text.slice(0, 4_000);
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(clean) ? clean : null;
}

describe('over HTTP', () => {
  /** Sends forgeries; whitespace around a header's value is no part of it, so some may be the original. */
  async function sendForgeries(
    name: string,
    genuine: string[],
    send: (forged: string) => Promise<Answer> | null,
  ): Promise<void> {
    const random = randomFrom(34);
    const forgeries = Array.from({ length: OVER_HTTP }, () => forge(genuine, random));
    const wrong: string[] = [];
    let sent = 0;
    const fresh = forgeries.filter((forged) => !genuine.includes(forged.trim()));
    await inParallel(fresh, 4, async (forged) => {
      const answer = await send(forged);
      if (!answer) return;
      sent += 1;
      if (answer.status < 400 || answer.status >= 500) wrong.push(`${forged}: ${answer.status}`);
    });
    printCounts(`${name} over HTTP`, { requests: sent, 'accepted or 5xx': wrong.length });
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(sent).toBeGreaterThan(OVER_HTTP / 2);
  }

  test('no forged access token or API key opens a route', async () => {
    const team = await newTeam();
    const other = await newTeam();
    const tokens = [team, other].map(({ owner }) => owner.credential ?? '');
    const keys = [(await newKey(team, ['search'])).key, (await newKey(other, ['search'])).key];
    const call = (forged: string) => {
      const header = asHeader(forged);
      return header === null ? null : clientFor(header).get(team.path);
    };
    await sendForgeries('access tokens', tokens, call);
    await sendForgeries('API keys', keys, call);
  }, 300_000);

  test('no forged refresh token renews a session, as a cookie or in the body', async () => {
    const team = await newTeam();
    const genuine = [team.owner.refreshToken, (await newTeam()).owner.refreshToken];
    await sendForgeries('refresh cookies', genuine, (forged) => {
      const header = asHeader(forged);
      // A cookie ends at a semicolon and may stand in quotes, so that the rest can be the original.
      if (header === null || /[;"\s]/.test(header)) return null;
      return anonymous.post('/v1/auth/refresh', undefined, { headers: { Cookie: `rag_refresh=${header}` } });
    });
    await sendForgeries('refresh tokens', genuine, (forged) =>
      anonymous.post('/v1/auth/refresh', { refresh_token: forged }),
    );
    expect((await team.owner.get('/v1/me')).status).toBe(200);
  }, 300_000);

  test('no forged cursor opens a page', async () => {
    const { owner, path } = await newTeam();
    for (const name of ['a', 'b', 'c']) succeeded(await owner.post(`${path}/bots`, { name }));
    const page = async (query: string) =>
      succeeded(await owner.get<{ next_cursor: string }>(`${path}/bots?limit=1${query}`)).next_cursor;
    const first = await page('');
    const genuine = [first, await page(`&cursor=${first}`)];
    await sendForgeries('cursors', genuine, (forged) => {
      const isText = forged.isWellFormed() && forged !== '';
      return isText ? owner.get(`${path}/bots?cursor=${encodeURIComponent(forged.slice(0, 600))}`) : null;
    });
  }, 300_000);
});
