import { mayManage, rolesToGive } from './role-rules.ts';
import type { Member } from './team-members.ts';

const member = (role: Member['role']) => ({ role }) as Member;

test('owners give every role, admins those below their own, others none', () => {
  expect(rolesToGive('owner')).toEqual(['viewer', 'member', 'admin', 'owner']);
  expect(rolesToGive('admin')).toEqual(['viewer', 'member']);
  expect(rolesToGive('member')).toEqual([]);
});

test('admins manage only those below admin', () => {
  expect([mayManage('admin', member('member')), mayManage('admin', member('admin'))]).toEqual([true, false]);
  expect([mayManage('owner', member('owner')), mayManage('viewer', member('viewer'))]).toEqual([true, false]);
});
