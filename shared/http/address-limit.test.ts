import { randomUUID } from 'node:crypto';
import { reloadConfig } from '#shared/core/config.ts';
import { AppError } from '#shared/core/errors.ts';
import { networkOf, withAddressLimit } from './address-limit.ts';

const LIMIT = 5;

beforeAll(async () => {
  process.env.ADDRESS_LIMIT_PER_MINUTE = String(LIMIT);
  await reloadConfig('rate_limits');
  await reloadConfig('redis');
});

let queries = 0;
beforeEach(() => {
  queries = 0;
});

const good = async () => {
  queries += 1;
  return 'principal';
};
const refused = async () => {
  queries += 1;
  throw new AppError('unauthenticated', 'no');
};
const someone = () => `2001:db8:${randomUUID().slice(0, 4)}:1::5`;

/** Tries to authenticate so often. @returns the statuses */
async function tryOften(
  times: number,
  ip: string,
  { authorization, authenticate = refused }: { authorization?: string; authenticate?: () => Promise<string> },
): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const outcome = await withAddressLimit({ ip, authorization }, authenticate).catch(
      (error: unknown) => error as AppError,
    );
    statuses.push(typeof outcome === 'string' ? 200 : outcome.status);
  }
  return statuses;
}

test('failures of an address meet 429 with Retry-After, and then cost no query', async () => {
  const ip = someone();
  expect(await tryOften(LIMIT + 3, ip, {})).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  expect(queries).toBe(LIMIT + 1);
  await expect(withAddressLimit({ ip, authorization: 'x' }, good)).rejects.toMatchObject({
    code: 'rate_limited',
    retryAfterSeconds: expect.any(Number) as number,
  });
});

test('a good credential is never counted', async () => {
  const ip = someone();
  const statuses = await tryOften(LIMIT * 4, ip, { authorization: 'good', authenticate: good });
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await tryOften(1, ip, {})).toEqual([401]);
});

test('who was admitted before goes on at a blocked address, until his credential fails', async () => {
  const ip = someone();
  const colleague = { authorization: `Bearer ${randomUUID()}`, authenticate: good };
  await tryOften(1, ip, colleague);
  await tryOften(LIMIT + 1, ip, {});
  expect(await tryOften(3, ip, colleague)).toEqual([200, 200, 200]);
  const { authorization } = colleague;
  expect(await tryOften(2, ip, { authorization, authenticate: refused })).toEqual([429, 429]);
  expect(await tryOften(1, ip, colleague)).toEqual([429]);
});

test('a failing dependency is nobody’s failure', async () => {
  const ip = someone();
  const away = () => Promise.reject(new AppError('dependency_unavailable', 'away'));
  expect(new Set(await tryOften(LIMIT * 2, ip, { authenticate: away }))).toEqual(new Set([503]));
});

test.each([
  ['10.1.2.3', '10.1.2.3'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['not an address', 'not an address'],
])('%s is counted as %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network);
});
