import { atLeast, ROLES } from './roles.ts';

test('owner > admin > member > viewer', () => {
  const mayDo = ROLES.map((role) => [role, ROLES.filter((needed) => atLeast(role, needed))]);
  expect(mayDo).toEqual([
    ['viewer', ['viewer']],
    ['member', ['viewer', 'member']],
    ['admin', ['viewer', 'member', 'admin']],
    ['owner', ['viewer', 'member', 'admin', 'owner']],
  ]);
});
