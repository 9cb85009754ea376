import { expectProblem, newMember, newTeam, newUser, succeeded } from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';

/** A person in two teams whose session came from the issuer of the first: teams may share an issuer. */
async function boundPerson() {
  const user = await newUser();
  const [one, two] = [await newTeam(), await newTeam()];
  await newMember(one, 'member', user);
  await newMember(two, 'member', user);
  await withDatabase((db) =>
    db.query('UPDATE sessions SET only_team_id = $1 WHERE user_id = $2', [one.id, user.id]),
  );
  return { user, two };
}

test('a session of one team’s issuer neither exports nor deletes an account that other teams know', async () => {
  const { user, two } = await boundPerson();
  expectProblem(await user.get(two.path), 404, 'not_found');
  expectProblem(await user.post('/v1/me/export'), 403, 'forbidden');
  expectProblem(await user.get(`/v1/me/export/${two.id}`), 403, 'forbidden');
  expectProblem(await user.delete('/v1/me'), 403, 'forbidden');
  const { data } = succeeded(await two.owner.get<{ data: { user_id: string }[] }>(`${two.path}/members`));
  expect(data.map(({ user_id }) => user_id)).toContain(user.id);
});

test('it does both once its team is the only one', async () => {
  const { user, two } = await boundPerson();
  succeeded(await two.owner.delete(`${two.path}/members/${user.id}`));
  expect((await user.post('/v1/me/export')).status).toBe(202);
  expect((await user.delete('/v1/me')).status).toBe(202);
});
