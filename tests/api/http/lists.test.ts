import { expectProblem, newTeam, newUser, succeeded, type Team, type User } from '#tests/support/api.ts';

type Page = { data: { id: string }[]; next_cursor: string | null };

let user: User;
let teams: Team[];

beforeAll(async () => {
  user = await newUser();
  teams = [];
  for (let i = 0; i < 7; i += 1) teams.push(await newTeam(user));
});

async function page(limit: number, cursor: string | null = null): Promise<Page> {
  const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
  return succeeded(await user.get<Page>(`/v1/teams?limit=${limit}${after}`));
}

function list(cursor: string, path = '/v1/teams', client = user) {
  return client.get(`${path}?limit=1&cursor=${encodeURIComponent(cursor)}`);
}

function idsOf({ data }: Page): string[] {
  return data.map(({ id }) => id);
}

/** Newest first. */
function expected(): string[] {
  return teams.map(({ id }) => id).toReversed();
}

test('pages follow each other without gap or repetition, until next_cursor is null', async () => {
  const seen: string[][] = [];
  let cursor: string | null = null;
  do {
    const found: Page = await page(3, cursor);
    seen.push(idsOf(found));
    cursor = found.next_cursor;
  } while (cursor);
  expect(seen.map((ids) => ids.length)).toEqual([3, 3, 1]);
  expect(seen.flat()).toEqual(expected());
});

test('a page that ends the list exactly has no next_cursor', async () => {
  expect(await page(7)).toMatchObject({ next_cursor: null });
  expect((await page(6)).next_cursor).not.toBeNull();
});

test('rows added meanwhile do not shift the following pages', async () => {
  const first = await page(3);
  teams.push(await newTeam(user));
  const second = await page(3, first.next_cursor);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(expected().slice(1, 7));
});

test('a page continues after a row that was deleted meanwhile', async () => {
  const last = await newTeam(user);
  const first = await page(1);
  expect(idsOf(first)).toEqual([last.id]);
  await user.delete(last.path);
  expect(idsOf(await page(2, first.next_cursor))).toEqual(expected().slice(0, 2));
});

test('the default limit is twenty', async () => {
  const many = await newUser();
  for (let i = 0; i < 21; i += 1) await newTeam(many);
  const answer = succeeded(await many.get<Page>('/v1/teams'));
  expect([answer.data.length, typeof answer.next_cursor]).toEqual([20, 'string']);
});

test.each(['1', '100'])('the limit %s is allowed', async (limit) => {
  expect((await user.get(`/v1/teams?limit=${limit}`)).status).toBe(200);
});

test.each(['0', '101', '-1', '1.5', 'ten', '', '1e9', 'NaN', '9'.repeat(400)])(
  'the limit %j is refused: 400',
  async (limit) => {
    const answer = await user.get(`/v1/teams?limit=${limit}`);
    expectProblem(answer, 400, 'invalid_request');
    expect(answer.body.errors).toMatchObject([{ path: 'limit' }]);
  },
);

describe('a cursor is refused: 400', () => {
  let mine: string;

  beforeAll(async () => {
    mine = (await page(1)).next_cursor ?? '';
  });

  test('when it is malformed', async () => {
    for (const cursor of ['', 'x', '.', 'x.y', mine.slice(1), `${mine}x`, "'; --", 'ÿ', '%00'])
      expectProblem(await list(cursor), 400, 'invalid_cursor');
    expectProblem(await list('x'.repeat(501)), 400, 'invalid_request');
  });

  test('when its id was changed', async () => {
    const [, mac = ''] = mine.split('.');
    const id = Buffer.from(teams[0]?.id ?? '').toString('base64url');
    expectProblem(await list(`${id}.${mac}`), 400, 'invalid_cursor');
  });

  test('when it belongs to another user’s list, another list, or another team’s list', async () => {
    const other = await newUser();
    expectProblem(await list(mine, '/v1/teams', other), 400, 'invalid_cursor');
    const [one, two] = teams.map(({ path }) => path);
    expectProblem(await list(mine, `${one}/api-keys`), 400, 'invalid_cursor');
    for (let i = 0; i < 2; i += 1) await user.post(`${one}/api-keys`, { name: 'x', scopes: ['search'] });
    const keys = succeeded(await user.get<Page>(`${one}/api-keys?limit=1`)).next_cursor ?? '';
    expect((await list(keys, `${one}/api-keys`)).status).toBe(200);
    expectProblem(await list(keys, `${two}/api-keys`), 400, 'invalid_cursor');
    expectProblem(await list(keys, `${one}/bots`), 400, 'invalid_cursor');
  });
});
