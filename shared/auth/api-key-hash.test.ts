import { config, loadConfig } from '#shared/core/config.ts';
import { hashApiKey, isHashOf, renewedHash } from './api-key-hash.ts';

const KEY = 'rag_01a206574ac172ebbfc40e8761ad0f37_secret_crc';
const FIRST = 'the first pepper, long enough to be one';
const SECOND = 'the second pepper, long enough to be one';
/** Of a process that has run for less than a quarter of an hour, as this one. */
const PAST = '2026-01-01T00:00:00Z';

beforeAll(async () => {
  process.env.JWT_SECRET = 'a secret for tests, long enough to be one';
  await loadConfig('auth', 'pepper');
});

/** Sets the peppers of the process, as a rotation does. */
function use(first: string | undefined, added: { secret: string; active_from: string }[] = []): void {
  Object.assign(config('pepper'), { API_KEY_PEPPER: first, API_KEY_PEPPERS: added });
}

const withSecond = [{ secret: SECOND, active_from: PAST }];

test('a hash of any pepper stays valid, and one of the time before peppers too', () => {
  use(undefined);
  const legacy = hashApiKey(KEY);
  use(FIRST);
  const first = hashApiKey(KEY);
  use(FIRST, withSecond);
  const second = hashApiKey(KEY);
  expect(new Set([legacy, first, second]).size).toBe(3);
  for (const stored of [legacy, first, second]) {
    expect(isHashOf(KEY, stored)).toBe(true);
    expect(isHashOf(`${KEY}x`, stored)).toBe(false);
  }
});

test('a key’s hash does not change with the signing keys', () => {
  use(FIRST);
  const stored = hashApiKey(KEY);
  const settings = config('auth');
  const { JWT_SECRET, SIGNING_KEYS } = settings;
  Object.assign(settings, { JWT_SECRET: 'another secret of the same length!!', SIGNING_KEYS: withSecond });
  expect(isHashOf(KEY, stored)).toBe(true);
  Object.assign(settings, { JWT_SECRET, SIGNING_KEYS });
});

test('a hash of an unknown pepper, or a damaged one, fits no key', () => {
  use(SECOND);
  const stored = hashApiKey(KEY);
  use(FIRST);
  for (const each of [stored, '', 'x', stored.slice(0, -1), `${stored}x`])
    expect([each, isHashOf(KEY, each)]).toEqual([each, false]);
});

test('an older hash is renewed once the newer pepper holds, and a new one is left alone', () => {
  use(FIRST);
  const first = hashApiKey(KEY);
  expect(renewedHash(KEY, first)).toBeNull();
  use(FIRST, withSecond);
  const second = hashApiKey(KEY);
  expect(renewedHash(KEY, first)).toBe(second);
  expect(renewedHash(KEY, second)).toBeNull();
});

test('right after an update no hash is renewed: functions of the older version may still run', () => {
  use(undefined);
  const legacy = hashApiKey(KEY);
  expect(renewedHash(KEY, legacy)).toBeNull();
  use(FIRST);
  expect(renewedHash(KEY, legacy)).toBeNull();
});
