import { config, loadConfig } from '#shared/core/config.ts';
import { derivedKey, keyedHash } from './keyed-hash.ts';
import { sameHash } from './same-hash.ts';

beforeAll(async () => {
  process.env.JWT_SECRET = 'a secret for tests, long enough to be one';
  await loadConfig('auth');
});

test('each purpose has its own key: a MAC made for one is invalid for another', () => {
  const purposes = ['invitation', 'pkce', 'idempotency'] as const;
  expect(new Set(purposes.map((purpose) => keyedHash(purpose, 'text'))).size).toBe(purposes.length);
  expect(derivedKey('invitation')).toHaveLength(32);
});

test('the keys change with the secret', () => {
  const before = keyedHash('invitation', 'text');
  const settings = config('auth');
  const { JWT_SECRET } = settings;
  settings.JWT_SECRET = 'another secret of the same length!!';
  expect(keyedHash('invitation', 'text')).not.toBe(before);
  settings.JWT_SECRET = JWT_SECRET;
  expect(keyedHash('invitation', 'text')).toBe(before);
});

test('only equal hashes compare as equal, whatever their lengths', () => {
  expect(sameHash('abc', 'abc')).toBe(true);
  expect(sameHash('abc', 'abd')).toBe(false);
  expect(sameHash('abc', 'ab')).toBe(false);
  expect(sameHash('', 'abc')).toBe(false);
});
