import { loadConfig } from '#shared/core/config.ts';
import { seal, unseal } from './sealed-text.ts';

beforeAll(async () => {
  process.env['JWT_SECRET'] = 'a secret for tests, long enough to be one';
  await loadConfig('auth');
});

test('a secret is opened for its own row only, and each time sealed differently', () => {
  const sealed = seal('identity-provider', '비밀 sesame', 'row-1');
  expect(unseal('identity-provider', sealed, 'row-1')).toBe('비밀 sesame');
  expect(() => unseal('identity-provider', sealed, 'row-2')).toThrow();
  expect(seal('identity-provider', '비밀 sesame', 'row-1')).not.toEqual(sealed);
});

test('a changed byte anywhere is noticed', () => {
  const sealed = seal('identity-provider', 'sesame', 'row');
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => unseal('identity-provider', changed, 'row')).toThrow();
  }
});
