import { loadConfig } from '#shared/core/config.ts';
import { createInvitationToken, readInvitationToken } from './invitations.ts';

const TEAM = '01a20657-4ac1-72eb-bfc4-0e8761ad0f37';

beforeAll(async () => {
  process.env.JWT_SECRET = 'a secret for tests, long enough to be one';
  await loadConfig('auth');
});

test('an invitation token contains its team, and only its keyed hash is stored', () => {
  const { token, tokenHash } = createInvitationToken(TEAM);
  expect(readInvitationToken(token)).toEqual({ teamId: TEAM, tokenHash });
  expect(tokenHash).toMatch(/^[\w-]{43}$/);
  expect(createInvitationToken(TEAM).token).not.toBe(token);
});

test.each([
  '',
  'inv_',
  `inv_${TEAM}_abc`,
  `inv_${'-'.repeat(36)}_${'0'.repeat(64)}`,
  `inv_${TEAM}_${'g'.repeat(64)}`,
])('%j is no invitation', (token) => {
  expect(readInvitationToken(token)).toBeNull();
});
