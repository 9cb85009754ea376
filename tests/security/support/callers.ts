import { randomUUID } from 'node:crypto';
import { type Role, SCOPES, type Scope } from '#shared/core/roles.ts';
import {
  anonymous,
  type Client,
  clientFor,
  newKey,
  newMember,
  newTeam,
  newUser,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';

/** A credential, and what decides whether it may call a route of `team`. */
export type Caller = {
  name: string;
  client: Client;
  /** `dead`: no credential, or one that must not work any more. `foreign`: of another team. */
  standing: 'dead' | 'foreign' | 'inside';
  /** Of a person: the role in the team, null outside. */
  role: Role | null;
  /** Of an API key: its scopes that count; null for a person. */
  scopes: readonly Scope[] | null;
};

/** People of each role, the owner included. */
export async function newPeople(team: Team): Promise<Record<Role, User>> {
  return {
    owner: team.owner,
    admin: await newMember(team, 'admin'),
    member: await newMember(team, 'member'),
    viewer: await newMember(team, 'viewer'),
  };
}

/** Callers with a session: each role, nobody, and somebody of another team. */
export async function sessionCallers(team: Team, people: Record<Role, User>): Promise<Caller[]> {
  const foreign = { standing: 'foreign', role: null, scopes: null } as const;
  const inside = Object.entries(people).map(([role, client]): Caller => {
    return { name: role, client, standing: 'inside', role: role as Role, scopes: null };
  });
  return [
    ...inside,
    { name: 'nobody', client: anonymous, standing: 'dead', role: null, scopes: null },
    { name: 'owner of another team', client: (await newTeam()).owner, ...foreign },
    {
      name: 'admin with a session of another team’s issuer',
      client: await boundElsewhere(team),
      ...foreign,
    },
    {
      name: 'admin with a session of the team’s own issuer',
      client: await bindSession(await newMember(team, 'admin'), team),
      standing: 'inside',
      role: 'admin',
      scopes: null,
    },
  ];
}

/** An admin of the team whose session came from another team's own issuer: it does not reach the team. */
async function boundElsewhere(team: Team): Promise<User> {
  const user = await newUser();
  const other = await newTeam(user);
  await newMember(team, 'admin', user);
  return await bindSession(user, other);
}

/** Makes the session of a user one that came from the own issuer of a team. */
async function bindSession(user: User, { id }: Team): Promise<User> {
  await withDatabase((db) =>
    db.query('UPDATE sessions SET only_team_id = $1 WHERE user_id = $2', [id, user.id]),
  );
  return user;
}

/** Callers whose credential is over: ended sessions, revoked, expired and invented keys. */
export async function deadCallers(team: Team): Promise<Caller[]> {
  const dead = { standing: 'dead', role: null, scopes: null } as const;
  const [revoked, expired] = [await newKey(team, [...SCOPES]), await newKey(team, [...SCOPES])];
  succeeded(await team.owner.delete(`${team.path}/api-keys/${revoked.id}`));
  await withDatabase((db) =>
    db.query(`UPDATE api_keys SET expires_at = now() - interval '1 second' WHERE id = $1`, [expired.id]),
  );
  const leaver = await newMember(team, 'admin');
  const orphan = await newKey(team, [...SCOPES], { creator: leaver });
  succeeded(await team.owner.delete(`${team.path}/members/${leaver.id}`));
  const gone = await newMember(team, 'owner');
  succeeded(await gone.post('/v1/auth/logout', { refresh_token: gone.refreshToken }));
  return [
    { name: 'revoked key', client: revoked, ...dead },
    { name: 'expired key', client: expired, ...dead },
    { name: 'key of a removed person', client: orphan, ...dead },
    { name: 'logged-out owner', client: gone, ...dead },
    { name: 'invented token', client: clientFor(randomUUID()), ...dead },
    { name: 'removed admin', client: leaver, standing: 'foreign', role: null, scopes: null },
  ];
}

/** Callers with an API key: one for each scope, all scopes, each limit, a lesser creator and another team. */
export async function keyCallers(
  team: Team,
  { people, botId, collectionId }: { people: Record<Role, User>; botId: string; collectionId: string },
): Promise<Caller[]> {
  const inside = (name: string, client: Client, scopes: readonly Scope[], role: Role = 'owner'): Caller => {
    return { name, client, standing: 'inside', role, scopes };
  };
  const withBot: Scope[] = ['chat', 'search', 'bots:read'];
  const single = SCOPES.map(async (scope) => inside(`key ${scope}`, await newKey(team, [scope]), [scope]));
  const ofViewer = await newKey(team, [...SCOPES]);
  await withDatabase((db) =>
    db.query('UPDATE api_keys SET created_by = $1 WHERE id = $2', [people.viewer.id, ofViewer.id]),
  );
  const other = await newTeam();
  const foreign = await newKey(other, [...SCOPES]);
  return [
    ...(await Promise.all(single)),
    inside('key with all scopes', await newKey(team, [...SCOPES]), SCOPES),
    inside('key limited to a bot', await newKey(team, withBot, { bot_ids: [botId] }), withBot),
    inside(
      'key limited to a collection',
      await newKey(team, [...SCOPES], { collection_ids: [collectionId] }),
      SCOPES,
    ),
    inside('key of a viewer', ofViewer, SCOPES, 'viewer'),
    { name: 'key of another team', client: foreign, standing: 'foreign', role: 'owner', scopes: SCOPES },
  ];
}
