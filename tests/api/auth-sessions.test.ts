import { randomUUID } from 'node:crypto';
import {
  type Answer,
  anonymous,
  clientFor,
  expectProblem,
  type Json,
  newKey,
  newTeam,
  newUser,
  succeeded,
} from '#tests/support/api.ts';
import { withDatabase } from '#tests/support/database.ts';
import { cookieLine } from '#tests/support/sign-in-steps.ts';

type Tokens = { access_token: string; refresh_token: string };
type Session = { id: string; current: boolean } & Json;

function refresh(token: string): Promise<Answer<Tokens>> {
  return anonymous.post<Tokens>('/v1/auth/refresh', { refresh_token: token });
}

async function sessionsOf(user: { get: typeof anonymous.get }): Promise<Session[]> {
  return succeeded(await user.get<{ data: Session[] }>('/v1/me/sessions')).data;
}

/** Sets the session's last rotation to a minute ago. */
async function letTimePass(refreshToken: string): Promise<void> {
  await withDatabase((owner) =>
    owner.query(`UPDATE sessions SET rotated_at = rotated_at - interval '1 minute' WHERE id = $1`, [
      refreshToken.split('.')[0],
    ]),
  );
}

describe('a refresh token', () => {
  test('gives a new pair, in body and cookie, and both tokens of the pair work', async () => {
    const user = await newUser();
    const answer = await refresh(user.refreshToken);
    const { access_token, refresh_token } = succeeded(answer);
    expect(refresh_token).not.toBe(user.refreshToken);
    expect(cookieLine(answer, 'rag_refresh')).toMatch(
      new RegExp(`^rag_refresh=${refresh_token}; Path=/v1/auth; Max-Age=2592000; HttpOnly; SameSite=Lax$`),
    );
    expect((await clientFor(access_token).get('/v1/me')).body).toMatchObject({ id: user.id });
    succeeded(await refresh(refresh_token));
  });

  test('works from the cookie too', async () => {
    const user = await newUser();
    const headers = { Cookie: `other=1; rag_refresh=${user.refreshToken}` };
    succeeded(await anonymous.post('/v1/auth/refresh', undefined, { headers }));
  });

  test('whose response was lost may be sent again at once, with the same successor', async () => {
    const user = await newUser();
    const [one, two] = await Promise.all([refresh(user.refreshToken), refresh(user.refreshToken)]);
    const three = await refresh(user.refreshToken);
    const successors = [one, two, three].map((answer) => succeeded(answer).refresh_token);
    expect(new Set(successors).size).toBe(1);
  });

  test('that is replayed later ends the session for everyone who holds its tokens', async () => {
    const user = await newUser();
    const next = succeeded(await refresh(user.refreshToken));
    await letTimePass(next.refresh_token);
    expectProblem(await refresh(user.refreshToken), 401, 'session_expired');
    expectProblem(await refresh(next.refresh_token), 401, 'session_expired');
    expectProblem(await clientFor(next.access_token).get('/v1/me'), 401, 'session_expired');
  });

  test('older than the previous one ends the session, even within the ten seconds', async () => {
    const user = await newUser();
    const child = succeeded(await refresh(user.refreshToken));
    const grandchild = succeeded(await refresh(child.refresh_token));
    expectProblem(await refresh(user.refreshToken), 401, 'session_expired');
    expectProblem(await refresh(grandchild.refresh_token), 401, 'session_expired');
  });

  test('of one session does not end another session of the same user', async () => {
    const user = await newUser();
    const other = await newUser(user.email);
    const next = succeeded(await refresh(user.refreshToken));
    await letTimePass(next.refresh_token);
    expectProblem(await refresh(user.refreshToken), 401);
    expect((await other.get('/v1/me')).status).toBe(200);
  });

  test('with a forged MAC is refused and ends nothing', async () => {
    const user = await newUser();
    const [session = '', , mac = ''] = user.refreshToken.split('.');
    for (const forged of [
      `${session}.1.${mac}`,
      `${randomUUID()}.0.${mac}`,
      `${session}.0.${'A'.repeat(43)}`,
    ])
      expectProblem(await refresh(forged), 401, 'invalid_token');
    succeeded(await refresh(user.refreshToken));
  });

  test('of an expired session is refused', async () => {
    const user = await newUser();
    await withDatabase((owner) =>
      owner.query('UPDATE sessions SET expires_at = now() WHERE id = $1', [user.refreshToken.split('.')[0]]),
    );
    expectProblem(await refresh(user.refreshToken), 401, 'session_expired');
    expectProblem(await user.get('/v1/me'), 401, 'session_expired');
  });

  test.each([
    ['missing', undefined, 401, 'unauthenticated'],
    ['empty', { refresh_token: '' }, 401, 'unauthenticated'],
    ['no token', { refresh_token: 'hello' }, 401, 'invalid_token'],
    ['no text', { refresh_token: 7 }, 422, 'validation_failed'],
    ['very long', { refresh_token: 'x'.repeat(5_000) }, 422, 'validation_failed'],
    ['in a list', [], 422, 'validation_failed'],
  ])('that is %s is refused', async (_what, body, status, code) => {
    expectProblem(await anonymous.post('/v1/auth/refresh', body), status, code);
  });

  test('is not stored in the database', async () => {
    const user = await newUser();
    const { rows } = await withDatabase((owner) =>
      owner.query('SELECT s::text AS row FROM sessions s WHERE user_id = $1', [user.id]),
    );
    const mac = user.refreshToken.split('.')[2] ?? '';
    expect(JSON.stringify(rows)).not.toContain(mac);
  });
});

describe('logout', () => {
  test.each([
    [
      'the access token',
      (user: Json) => ({ headers: { Authorization: `Bearer ${String(user.credential)}` } }),
    ],
    ['the refresh token', (user: Json) => ({ body: { refresh_token: user.refreshToken } })],
    ['the cookie', (user: Json) => ({ headers: { Cookie: `rag_refresh=${String(user.refreshToken)}` } })],
  ])('by %s ends the session at once: neither token works any more', async (_by, options) => {
    const user = await newUser();
    const answer = await anonymous.request('POST', '/v1/auth/logout', options(user));
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(cookieLine(answer, 'rag_refresh')).toContain('rag_refresh=; Path=/v1/auth; Max-Age=0');
    expectProblem(await user.get('/v1/me'), 401, 'session_expired');
    expectProblem(await refresh(user.refreshToken), 401, 'session_expired');
  });

  test('leaves the user’s other sessions alone', async () => {
    const user = await newUser();
    const other = await newUser(user.email);
    expect((await user.post('/v1/auth/logout')).status).toBe(204);
    expect(await sessionsOf(other)).toMatchObject([{ current: true }]);
  });

  test('without a credential, by a forged token or by an API key is refused', async () => {
    const key = await newKey(await newTeam(), ['search']);
    expectProblem(await anonymous.post('/v1/auth/logout'), 401, 'unauthenticated');
    expectProblem(await anonymous.post('/v1/auth/logout', { refresh_token: 'x' }), 401, 'invalid_token');
    expectProblem(await clientFor('x').post('/v1/auth/logout'), 401, 'invalid_token');
    expectProblem(await key.post('/v1/auth/logout'), 401, 'invalid_token');
    expect((await key.get('/v1/teams')).status).toBe(200);
  });
});

describe('my sessions', () => {
  test('are listed with their origin and the current one marked, without secrets', async () => {
    const user = await newUser();
    const other = await newUser(user.email);
    const sessions = await sessionsOf(other);
    expect(sessions).toHaveLength(2);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(Object.keys(sessions[0] ?? {}).sort()).toEqual(
      ['created_at', 'current', 'expires_at', 'id', 'ip', 'last_active_at', 'user_agent'].sort(),
    );
    expect(sessions[0]?.ip).toMatch(/^127\./);
  });

  test('can be ended one by one, at once, and only once', async () => {
    const user = await newUser();
    const other = await newUser(user.email);
    const [mine] = (await sessionsOf(user)).filter(({ current }) => current);
    expect((await other.delete(`/v1/me/sessions/${mine?.id}`)).status).toBe(204);
    expectProblem(await user.get('/v1/me'), 401, 'session_expired');
    expectProblem(await refresh(user.refreshToken), 401, 'session_expired');
    expectProblem(await other.delete(`/v1/me/sessions/${mine?.id}`), 404, 'not_found');
    expect(await sessionsOf(other)).toHaveLength(1);
  });

  test('of another user are answered like missing ones', async () => {
    const [user, stranger] = [await newUser(), await newUser()];
    const [session] = await sessionsOf(stranger);
    const theirs = await user.delete(`/v1/me/sessions/${session?.id}`);
    const nothing = await user.delete(`/v1/me/sessions/${randomUUID()}`);
    expectProblem(theirs, 404, 'not_found');
    expect({ ...theirs.body, request_id: '' }).toEqual({ ...nothing.body, request_id: '' });
    expectProblem(await user.delete('/v1/me/sessions/not-an-id'), 404, 'not_found');
    expect((await stranger.get('/v1/me')).status).toBe(200);
  });
});

describe('/v1/me', () => {
  test('returns the signed-in user and their teams, with the role in each', async () => {
    const team = await newTeam();
    expect(succeeded(await team.owner.get('/v1/me'))).toEqual({
      id: team.owner.id,
      email: team.owner.email,
      name: expect.any(String) as string,
      picture_url: expect.stringMatching(/^http/) as string,
      teams: [{ id: team.id, name: 'Team', role: 'owner' }],
    });
  });

  test.each(['/v1/me', '/v1/me/sessions'])(
    '%s needs a signed-in user: API keys and requests without a credential are refused',
    async (path) => {
      const key = await newKey(await newTeam(), ['search']);
      expectProblem(await key.get(path), 403, 'insufficient_scope');
      expectProblem(await anonymous.get(path), 401, 'unauthenticated');
    },
  );
});
