import { Webhook as Verifier } from 'standardwebhooks';
import { expectProblem, newMember, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { newBotPath } from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';
import { readUntil, untilPasses } from '#tests/support/until.ts';
import { addText, settled, upload } from '#tests/support/upload.ts';
import { type Received, type Receiver, startReceiver } from './webhook-receiver.ts';

type Created = { id: string; secret: string; url: string; enabled: boolean };
type Delivery = { id: string; event: string; status: string; attempts: number; error: string | null };

let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
});

afterAll(() => receiver.close());

const at = (path: string) => receiver.received.filter((each) => each.path === path);
const events = (path: string) => at(path).map(({ body }) => (JSON.parse(body) as { type: string }).type);

async function create(team: Team, path: string, subscribed?: string[]): Promise<Created> {
  const body = { url: receiver.url + path, ...(subscribed && { events: subscribed }) };
  return succeeded(await team.owner.post<Created>(`${team.path}/webhooks`, body));
}

const deliveriesOf = async ({ owner, path }: Team, { id }: Created) =>
  succeeded(await owner.get<{ data: Delivery[] }>(`${path}/webhooks/${id}/deliveries?limit=100`)).data;

test('audit entries arrive signed, as the reference library checks it', async () => {
  const team = await newTeam();
  const webhook = await create(team, '/audit', ['team.*']);
  succeeded(await team.owner.patch(team.path, { name: 'Renamed' }));
  await untilPasses(async () => expect(at('/audit')).toHaveLength(1));
  const { headers, body } = at('/audit')[0] as Received;
  const event = new Verifier(webhook.secret).verify(body, headers as Record<string, string>);
  expect(event).toMatchObject({
    type: 'team.updated',
    team_id: team.id,
    data: {
      id: headers['webhook-id'],
      action: 'team.updated',
      actor: { type: 'user', id: team.owner.id },
      before: { name: 'Team' },
      after: { name: 'Renamed' },
    },
  });
});

test('documents that are ready or failed, and refused answers arrive', async () => {
  const team = await newTeam();
  const { owner, path } = team;
  await create(team, '/work', ['document.ready', 'document.failed', 'answer.refused']);
  const document = await addText(owner, path, 'Robots rest on Sundays.');
  const lie = { filename: 'lie.pdf', contentType: 'application/pdf', bytes: 'not a PDF' };
  const failed = await settled(owner, path, (await upload(owner, path, lie)).id);
  const bot = succeeded(await owner.post<{ id: string }>(`${path}/bots`, { name: 'b' }));
  const question = { message: 'What is the capital of Mongolia?', stream: false };
  succeeded(await owner.post(`${path}/bots/${bot.id}/chat`, question));
  await untilPasses(async () =>
    expect(events('/work')).toEqual(
      expect.arrayContaining(['document.ready', 'document.failed', 'answer.refused']),
    ),
  );
  const dataOf = (event: string) =>
    (JSON.parse(at('/work').find(({ body }) => body.includes(event))?.body ?? '') as { data: object }).data;
  expect(dataOf('document.ready')).toMatchObject({ document_id: document.id });
  const error = { code: 'content_type_mismatch', retryable: false };
  expect(dataOf('document.failed')).toEqual({ document_id: failed.id, error });
});

test('a used up budget is reported once in a month', async () => {
  const team = await newTeam();
  await addText(team.owner, team.path, '환불 기한은 14일이다.');
  const path = await newBotPath(team, { model: 'openai/gpt-6.2-astra' });
  const webhook = await create(team, '/budget', ['budget.reached']);
  const ask = () => team.owner.post(path, { message: '환불 기한은 며칠인가요?', stream: false });
  succeeded(await team.owner.patch(team.path, { monthly_budget_usd: 0.01 }));
  await readUntil(ask, ({ status }) => status === 429);
  await withDatabase((db) => db.query(`UPDATE usage_events SET cost_usd = 0 WHERE team_id = $1`, [team.id]));
  await readUntil(ask, ({ status }) => status === 429);
  await untilPasses(async () => expect(events('/budget')).toEqual(['budget.reached']));
  expect(await deliveriesOf(team, webhook)).toHaveLength(1);
  const [sent] = at('/budget');
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({ data: { scope: 'team', monthly_budget_usd: 0.01 } });
});

test('what a webhook does not ask for is not sent to it, nor what happens in another team', async () => {
  const team = await newTeam();
  const other = await newTeam();
  const webhook = await create(team, '/few', ['bot.created']);
  succeeded(await team.owner.patch(team.path, { name: 'x' }));
  succeeded(await other.owner.post(`${other.path}/bots`, { name: 'b' }));
  succeeded(await team.owner.post(`${team.path}/bots`, { name: 'b' }));
  await untilPasses(async () => expect(events('/few')).toEqual(['bot.created']));
  expect(await deliveriesOf(team, webhook)).toHaveLength(1);
});

test('the test event is sent at once, and says how it went', async () => {
  const team = await newTeam();
  const works = await create(team, '/test', ['bot.created']);
  const broken = await create(team, '/broken/test', ['bot.created']);
  const test = (id: string) => team.owner.post<Delivery>(`${team.path}/webhooks/${id}/test`);
  expect(succeeded(await test(works.id))).toMatchObject({ event: 'webhook.test', status: 'delivered' });
  expect(succeeded(await test(broken.id))).toMatchObject({
    status: 'pending',
    attempts: 1,
    response_status: 500,
    error: 'answered 500',
  });
});

test('a failed delivery is tried again with the same id, five times in all, and then given up', async () => {
  const team = await newTeam();
  const webhook = await create(team, '/broken/again', ['bot.created']);
  succeeded(await team.owner.post(`${team.path}/bots`, { name: 'b' }));
  for (let tries = 1; tries <= 5; tries += 1) {
    await readUntil(
      () => deliveriesOf(team, webhook),
      ([delivery]) => delivery?.attempts === tries && delivery.error !== null,
    );
    await withDatabase((db) =>
      db.query(
        `UPDATE webhook_deliveries SET due_at = now() WHERE webhook_id = $1 AND status = 'pending' AND attempts = $2`,
        [webhook.id, tries],
      ),
    );
  }
  const [delivery] = await readUntil(
    () => deliveriesOf(team, webhook),
    ([each]) => each?.status === 'failed',
  );
  expect(delivery).toMatchObject({ attempts: 5, next_attempt_at: null });
  const ids = new Set(at('/broken/again').map(({ headers }) => headers['webhook-id']));
  expect([...ids]).toEqual([delivery?.id]);
});

test('a webhook that fails for days is switched off, and can be switched on again', async () => {
  const team = await newTeam();
  const webhook = await create(team, '/broken/days', ['bot.created']);
  await withDatabase((db) =>
    db.query(`UPDATE webhooks SET failing_since = now() - interval '6 days' WHERE id = $1`, [webhook.id]),
  );
  succeeded(await team.owner.post(`${team.path}/bots`, { name: 'b' }));
  const url = `${team.path}/webhooks/${webhook.id}`;
  const off = await readUntil(
    async () => succeeded(await team.owner.get<Created>(url)),
    ({ enabled }) => !enabled,
  );
  expect(off).toMatchObject({ disabled_reason: 'failing' });
  const on = succeeded(await team.owner.patch(url, { enabled: true }));
  expect(on).toMatchObject({ enabled: true, disabled_reason: null, failing_since: null });
});

test('a receiver that never answers delays no other team', async () => {
  const slow = await newTeam();
  await create(slow, '/slow/a', ['bot.created']);
  for (let i = 0; i < 3; i += 1) succeeded(await slow.owner.post(`${slow.path}/bots`, { name: `${i}` }));
  const quick = await newTeam();
  const webhook = await create(quick, '/quick', ['bot.created']);
  await untilPasses(async () => expect(at('/slow/a').length).toBeGreaterThan(0));
  const sent = await quick.owner.post<Delivery>(`${quick.path}/webhooks/${webhook.id}/test`);
  expect(succeeded(sent).status).toBe('delivered');
});

test('a new secret signs beside the old one while they overlap, and alone afterwards', async () => {
  const team = await newTeam();
  const webhook = await create(team, '/rotated', ['bot.created']);
  const url = `${team.path}/webhooks/${webhook.id}`;
  const rotate = async (overlap_hours: number) =>
    succeeded(await team.owner.post<Created>(`${url}/rotate`, { overlap_hours })).secret;
  const second = await rotate(1);
  succeeded(await team.owner.post(`${url}/test`));
  const check = (secret: string) => {
    const { headers, body } = at('/rotated').at(-1) as Received;
    return () => new Verifier(secret).verify(body, headers as Record<string, string>);
  };
  for (const secret of [webhook.secret, second]) expect(check(secret)).not.toThrow();
  const third = await rotate(0);
  succeeded(await team.owner.post(`${url}/test`));
  expect(check(third)).not.toThrow();
  expect(check(second)).toThrow();
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1/',
  'https://[fd00::1]/',
  'https://[::ffff:10.0.0.1]/',
  'ftp://example.com/',
  'https://user:word@example.com/',
])('the address %s is refused', async (url) => {
  const team = await newTeam();
  expectProblem(await team.owner.post(`${team.path}/webhooks`, { url }), 422, 'unknown_url');
});

test.each([[['Bot.Created']], [['bot']], [[]]])('the events %j are refused', async (wrong) => {
  const team = await newTeam();
  const body = { url: `${receiver.url}/x`, events: wrong };
  expectProblem(await team.owner.post(`${team.path}/webhooks`, body), 422, 'validation_failed');
});

test('the secret is shown once, and lies encrypted in the database', async () => {
  const team = await newTeam();
  const webhook = await create(team, '/secret');
  const seen = await team.owner.get(`${team.path}/webhooks`);
  expect(seen.text).not.toContain('whsec_');
  const { rows } = await withDatabase((db) =>
    db.query<{ secret: Buffer }>('SELECT secret FROM webhooks WHERE id = $1', [webhook.id]),
  );
  expect(rows[0]?.secret.toString('latin1')).not.toContain(webhook.secret.slice(6));
});

test('members and other teams reach no webhook, by any route', async () => {
  const team = await newTeam();
  const { id } = await create(team, '/mine');
  const member = await newMember(team, 'member');
  const stranger = await newTeam();
  const routes = [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/test'],
    ['POST', '/rotate'],
    ['GET', '/deliveries'],
  ] as const;
  for (const [method, path] of routes) {
    const options =
      method === 'PATCH' ? { body: { enabled: false } } : path === '/rotate' ? { body: {} } : {};
    const below = `${team.path}/webhooks/${id}${path}`;
    expectProblem(await member.request(method, below, options), 403, 'insufficient_role');
    expectProblem(await stranger.owner.request(method, below, options), 404, 'not_found');
    const borrowed = `${stranger.path}/webhooks/${id}${path}`;
    expectProblem(await stranger.owner.request(method, borrowed, options), 404, 'not_found');
  }
});

test('a webhook that is deleted leaves nothing to send', async () => {
  const team = await newTeam();
  const webhook = await create(team, '/broken/deleted', ['bot.created']);
  succeeded(await team.owner.post(`${team.path}/bots`, { name: 'b' }));
  succeeded(await team.owner.delete(`${team.path}/webhooks/${webhook.id}`));
  const { rowCount } = await withDatabase((db) =>
    db.query('SELECT FROM webhook_deliveries WHERE webhook_id = $1', [webhook.id]),
  );
  expect(rowCount).toBe(0);
});
