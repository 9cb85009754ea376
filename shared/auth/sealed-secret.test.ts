import { loadConfig } from '#shared/core/config.ts';
import { openSecret, sealSecret } from './sealed-secret.ts';

beforeAll(async () => {
  process.env['JWT_SECRET'] = 'a secret for tests, long enough to be one';
  await loadConfig('auth');
});

test('a secret is opened for its own row only, and each time sealed differently', () => {
  const sealed = sealSecret('비밀 sesame', 'row-1');
  expect(openSecret(sealed, 'row-1')).toBe('비밀 sesame');
  expect(() => openSecret(sealed, 'row-2')).toThrow();
  expect(sealSecret('비밀 sesame', 'row-1')).not.toEqual(sealed);
});

test('a changed byte anywhere is noticed', () => {
  const sealed = sealSecret('sesame', 'row');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => openSecret(changed, 'row')).toThrow();
  }
});
