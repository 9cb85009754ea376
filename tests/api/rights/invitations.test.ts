import {
  expectProblem,
  type Json,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';

let team: Team;
let owner: User;

beforeEach(async () => {
  team = await newTeam();
  owner = team.owner;
});

async function invite(inviter: User, role: string): Promise<{ invited: User; token: string; id: string }> {
  const invited = await newUser();
  const body = { email: invited.email, role };
  const { token, id } = succeeded(
    await inviter.post<{ token: string; id: string }>(`${team.path}/invitations`, body),
  );
  return { invited, token, id };
}

const accept = ({ invited, token }: { invited: User; token: string }) =>
  invited.post('/v1/invitations/accept', { token });
const become = (user: User, role: string) => owner.patch(`${team.path}/members/${user.id}`, { role });
const open = async () =>
  succeeded(await owner.get<{ data: Json[] }>(`${team.path}/invitations`)).data.map(({ id }) => id);

test('those of a removed member die with his membership, and are answered like unknown ones', async () => {
  const admin = await newMember(team, 'admin');
  const [mine, other] = [await invite(admin, 'member'), await invite(owner, 'member')];
  await owner.delete(`${team.path}/members/${admin.id}`);
  const refused = await accept(mine);
  expectProblem(refused, 404, 'not_found');
  const unknown = await accept({ ...mine, token: `${other.token.slice(0, -4)}0000` });
  expect({ ...refused.body, request_id: '' }).toEqual({ ...unknown.body, request_id: '' });
  expect(await open()).toEqual([other.id]);
  expect((await accept(other)).status).toBe(200);
});

test('a demotion ends those that the new role may not send, and only those', async () => {
  const second = await newMember(team, 'owner');
  const [asOwner, asViewer] = [await invite(second, 'owner'), await invite(second, 'viewer')];
  succeeded(await become(second, 'admin'));
  expectProblem(await accept(asOwner), 404, 'not_found');
  expect(await open()).toEqual([asViewer.id]);
  expect((await accept(asViewer)).status).toBe(200);
  const last = await invite(second, 'viewer');
  succeeded(await become(second, 'member'));
  expectProblem(await accept(last), 404, 'not_found');
});

test('an inviter who comes back does not bring them back', async () => {
  const admin = await newMember(team, 'admin');
  const mine = await invite(admin, 'member');
  expect((await admin.delete(`${team.path}/members/${admin.id}`)).status).toBe(204);
  await newMember(team, 'admin', admin);
  expectProblem(await accept(mine), 404, 'not_found');
});

test('one that outlived its inviter’s role is refused where it is accepted', async () => {
  const admin = await newMember(team, 'admin');
  const mine = await invite(admin, 'member');
  // As it was before roles ended invitations.
  await withDatabase((db) =>
    db.query(`UPDATE memberships SET role = 'viewer' WHERE team_id = $1 AND user_id = $2`, [
      team.id,
      admin.id,
    ]),
  );
  expectProblem(await accept(mine), 404, 'not_found');
});
