import { ROLES, type Role } from '#shared/core/roles.ts';
import { assertKeepsOwner, assertMayChange, assertMayGrant } from './member-rules.ts';

/** A team with two owners and one member of each other role. */
const members = new Map<string, Role>([
  ['owner', 'owner'],
  ['second owner', 'owner'],
  ['admin', 'admin'],
  ['member', 'member'],
  ['viewer', 'viewer'],
]);

function codeOf(run: () => void): string {
  try {
    run();
    return 'allowed';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test.each<[Role, Role[]]>([
  ['owner', ['viewer', 'member', 'admin', 'owner']],
  ['admin', ['viewer', 'member']],
])('%s may grant the roles %s and no others', (actorRole, roles) => {
  expect(ROLES.filter((role) => codeOf(() => assertMayGrant(actorRole, role)) === 'allowed')).toEqual(roles);
});

test('an owner may give anyone any role, and remove anyone', () => {
  for (const targetId of members.keys())
    for (const role of [...ROLES, null])
      expect(codeOf(() => assertMayChange({ members, actorId: 'owner', targetId, role }))).toBe('allowed');
});

test.each<[string, Role | null, string]>([
  ['viewer', 'member', 'allowed'],
  ['member', null, 'allowed'],
  ['member', 'admin', 'insufficient_role'],
  ['viewer', 'owner', 'insufficient_role'],
  ['admin', 'viewer', 'insufficient_role'],
  ['admin', null, 'insufficient_role'],
  ['owner', 'viewer', 'insufficient_role'],
  ['owner', null, 'insufficient_role'],
])('an admin giving %s the role %s: %s', (targetId, role, code) => {
  expect(codeOf(() => assertMayChange({ members, actorId: 'admin', targetId, role }))).toBe(code);
});

test.each(['member', 'viewer', 'stranger'])('a %s may change nobody, member or not', (actorId) => {
  for (const targetId of [...members.keys(), 'stranger'])
    expect(codeOf(() => assertMayChange({ members, actorId, targetId, role: 'viewer' }))).toBe(
      'insufficient_role',
    );
});

test('a user who is no member cannot be changed', () => {
  const change = { members, actorId: 'owner', targetId: 'stranger', role: 'viewer' } as const;
  expect(codeOf(() => assertMayChange(change))).toBe('not_found');
});

test.each<[Role | null, string]>([
  ['owner', 'allowed'],
  ['admin', 'last_owner'],
  ['viewer', 'last_owner'],
  [null, 'last_owner'],
])('the only owner becoming %s: %s', (role, code) => {
  const alone = new Map<string, Role>([
    ['owner', 'owner'],
    ['admin', 'admin'],
  ]);
  expect(codeOf(() => assertKeepsOwner(alone, { targetId: 'owner', role }))).toBe(code);
  expect(codeOf(() => assertKeepsOwner(alone, { targetId: 'admin', role }))).toBe('allowed');
});
