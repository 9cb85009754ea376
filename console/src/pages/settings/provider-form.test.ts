import { readProvider } from './provider-form.ts';

test('lists are read with commas and spaces between their parts, and an empty age is none', () => {
  const form = new FormData();
  for (const [name, value] of [
    ['issuer', ' https://login.example.com '],
    ['domains', 'a.example, b.example  c.example,'],
    ['required_amr', ''],
    ['max_age', ''],
    ['default_role', ''],
  ] as const)
    form.set(name, value);
  expect(readProvider(form)).toMatchObject({
    issuer: 'https://login.example.com',
    domains: ['a.example', 'b.example', 'c.example'],
    required_amr: [],
    max_age_seconds: null,
    default_role: null,
  });
  form.set('max_age', '8');
  form.set('default_role', 'member');
  expect(readProvider(form)).toMatchObject({ max_age_seconds: 28_800, default_role: 'member' });
});
