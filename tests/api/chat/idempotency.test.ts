import { randomUUID } from 'node:crypto';
import {
  type Answer,
  type Client,
  expectProblem,
  type Json,
  newKey,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { ask, type ChatAnswer, callsAbout, mark, messagesOf, newBotPath } from '#tests/support/chat.ts';
import { withDatabase } from '#tests/support/database.ts';
import { openStream } from '#tests/support/sse.ts';
import { readUntil } from '#tests/support/until.ts';
import { addText } from '#tests/support/upload.ts';

const QUESTION = '환불 기한은 며칠인가요?';

let team: Team;
let owner: Client;
let key: string;
let word: string;
let botPath: string;

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  await addText(owner, team.path, '# 환불\n\n환불 기한은 설치한 날부터 14일이며 운송비는 고객이 부담한다.');
});

beforeEach(async () => {
  key = randomUUID();
  word = mark();
  botPath = await newBotPath(team);
});

/** The two endpoints for asking a bot, each with and without a stream. */
type Way = { name: string; stream: boolean; path: () => string; body: (over?: Json) => Json };

const botId = () => String(botPath.split('/').at(-2));
const chat = { name: 'chat', path: () => botPath, body: () => ({ message: `${QUESTION} ${word}` }) };
const completions = {
  name: 'chat/completions',
  path: () => '/v1/chat/completions',
  body: () => ({ model: botId(), messages: [{ role: 'user', content: `${QUESTION} ${word}` }] }),
};
const WAYS: Way[] = [chat, completions].flatMap(({ body, ...way }) =>
  [true, false].map((stream) => ({ ...way, stream, body: (over) => ({ ...body(), stream, ...over }) })),
);
const STREAMED = WAYS.filter(({ stream }) => stream);

function post<T = Json>(
  { path, body }: Way,
  { as = owner, over = {} }: { as?: Client; over?: Json } = {},
): Promise<Answer<T>> {
  return as.post<T>(path(), body(over), { headers: { 'Idempotency-Key': key } });
}

function openAnswer({ path, body }: Way) {
  return openStream({ credential: owner.credential, headers: { 'Idempotency-Key': key } }, path(), body());
}

const replayed = ({ headers }: Answer<unknown>) => headers.get('idempotent-replayed');

/** The model calls, recorded requests and conversations of this test's bot. */
async function traces(): Promise<{ calls: number; requests: number; conversations: string[] }> {
  type Group = { group: string; requests: number };
  const usage = await owner.get<{ data: Group[] }>(`${team.path}/usage?group_by=bot`);
  const listed = await owner.get<{ data: { id: string }[] }>(`${team.path}/conversations?bot_id=${botId()}`);
  return {
    calls: (await callsAbout(word)).length,
    requests: succeeded(usage).data.find(({ group }) => group === botId())?.requests ?? 0,
    conversations: succeeded(listed).data.map(({ id }) => id),
  };
}

async function useModel(model: string): Promise<void> {
  succeeded(await owner.patch(botPath.replace(/\/chat$/, ''), { model }));
}

function expectRefusal({ name }: Way, answer: Answer, status: number, code: string): void {
  if (name === 'chat') return expectProblem(answer, status, code);
  expect(answer).toMatchObject({
    status,
    body: { error: { code, type: 'invalid_request_error', message: expect.any(String) as string } },
  });
}

function expectWhole({ name, stream }: Way, { status, text }: Answer<unknown>): void {
  expect(status).toBe(200);
  expect(text).toContain('14일');
  if (!stream) return;
  expect(text).not.toMatch(/error/);
  if (name !== 'chat') return expect(text).toMatch(/\n\ndata: \[DONE\]\n\n$/);
  const names = [...text.matchAll(/^event: (\w+)$/gm)].map(([, event]) => event).join(' ');
  expect(names).toMatch(/^message_start retrieval (delta )+(citation )+(delta )+usage done$/);
}

describe.each(WAYS)('$name with stream: $stream', (way) => {
  test('repeats the same answer without calling, recording or saving anything', async () => {
    const first = await post(way);
    expectWhole(way, first);
    const then = await traces();
    expect(then).toMatchObject({ calls: 1, requests: 1 });
    for (const again of [await post(way), await post(way)]) {
      expect(again.status).toBe(200);
      expect(again.text).toBe(first.text);
      for (const name of ['content-type', 'cache-control'])
        expect(again.headers.get(name)).toBe(first.headers.get(name));
      expect(replayed(again)).toBe('true');
      expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    }
    expect(replayed(first)).toBeNull();
    expect(await traces()).toEqual(then);
    for (const conversation of then.conversations)
      expect(await messagesOf(owner, team.path, conversation)).toHaveLength(2);
    expect(then.conversations).toHaveLength(way.name === 'chat' ? 1 : 0);
  });

  test('refuses the key with another body, `stream` included', async () => {
    await post(way);
    const other = way.name === 'chat' ? { message: 'x' } : { messages: [{ role: 'user', content: 'x' }] };
    for (const over of [other, { stream: !way.stream }])
      expectRefusal(way, await post(way, { over }), 422, 'idempotency_key_reused');
    expect(await traces()).toMatchObject({ calls: 1 });
  });

  test('gives another caller with the same key an answer of its own', async () => {
    const first = await post(way);
    const other = await newKey(team, ['chat']);
    const theirs = await post(way, { as: other });
    expectWhole(way, theirs);
    expect(replayed(theirs)).toBeNull();
    expect(theirs.text).not.toBe(first.text);
    expect((await post(way, { as: other })).text).toBe(theirs.text);
    expect((await post(way)).text).toBe(first.text);
    expect(await traces()).toMatchObject({ calls: 2, requests: 2 });
  });

  test('does not keep an answer that was cut off: the key asks again', async () => {
    await useModel('openai/gpt-stub-cut');
    const failed = await post(way);
    expect(failed.status).toBe(way.stream ? 200 : 502);
    expect(failed.text).toContain('provider_error');
    await useModel('openai/gpt-stub');
    const retried = await post(way);
    expectWhole(way, retried);
    expect(replayed(retried)).toBeNull();
    expect((await post(way)).text).toBe(retried.text);
    expect(await traces()).toMatchObject({ calls: 2 });
  });

  test('releases the key when the question is refused', async () => {
    const missing = way.name === 'chat' ? { conversation_id: randomUUID() } : { model: randomUUID() };
    expect((await post(way, { over: missing })).status).toBe(404);
    expectWhole(way, await post(way));
  });

  test('counts a repetition against the rate limit', async () => {
    const remaining = ({ headers }: Answer) => Number(/\br=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]);
    // The limit's minute starts with the first request.
    const as = await newKey(team, ['chat']);
    const [first, again] = [await post(way, { as }), await post(way, { as })];
    expect(replayed(again)).toBe('true');
    expect(remaining(again)).toBeLessThan(remaining(first));
  });
});

describe.each(STREAMED)('an answer in progress on $name', (way) => {
  test('is not started a second time: 409 until it ends, then the same answer', async () => {
    await useModel('openai/gpt-stub-slow');
    const { response, events } = await openAnswer(way);
    const reading = Array.fromAsync(events).catch(() => []);
    const refused = await post(way);
    expectRefusal(way, refused, 409, 'request_in_progress');
    expect(refused.headers.get('retry-after')).toBe('1');
    await reading;
    expect(response.status).toBe(200);
    const again = await post(way);
    expectWhole(way, again);
    expect(replayed(again)).toBe('true');
    expect(await traces()).toMatchObject({ calls: 1, requests: 1 });
  });

  test('that its client aborted is not kept: the key asks again', async () => {
    await useModel('openai/gpt-stub-stall');
    const { events, close } = await openAnswer(way);
    await events.next();
    await readUntil(traces, ({ calls }) => calls === 1);
    close();
    await useModel('openai/gpt-stub');
    const retried = await readUntil(
      () => post(way),
      ({ status }) => status !== 409,
    );
    expectWhole(way, retried);
    expect(replayed(retried)).toBeNull();
    expect((await post(way)).text).toBe(retried.text);
    expect(await traces()).toMatchObject({ calls: 2 });
  });

  test('holds its key as long as the function may run, and no longer after a crash', async () => {
    await post(way);
    const age = (seconds: number) =>
      withDatabase((db) =>
        db.query(
          `UPDATE idempotency_keys SET status = NULL, response = NULL, created_at = now() - make_interval(secs => $2)
           WHERE key = $1`,
          [key, seconds],
        ),
      );
    await age(301);
    expectRefusal(way, await post(way), 409, 'request_in_progress');
    await age(311);
    const answer = await post(way);
    expectWhole(way, answer);
    expect(replayed(answer)).toBeNull();
  });
});

test('an answer whose client disconnected before it started releases its key', async () => {
  const { conversation_id } = await ask(owner, botPath, QUESTION);
  const holds = async () => {
    const { rows } = await withDatabase((db) =>
      db.query<{ waiting: boolean }>(
        'SELECT status IS NULL AS waiting FROM idempotency_keys WHERE key = $1',
        [key],
      ),
    );
    return rows;
  };
  const controller = new AbortController();
  const body = { message: QUESTION, conversation_id };
  await withDatabase(async (db) => {
    // The question cannot be saved, so the answer cannot start.
    await db.query('BEGIN');
    await db.query('SELECT FROM conversations WHERE id = $1 FOR UPDATE', [conversation_id]);
    const headers = { 'Idempotency-Key': key };
    const asked = openStream({ credential: owner.credential, headers, controller }, botPath, body);
    await readUntil(holds, ([claim]) => claim?.waiting === true);
    controller.abort();
    await expect(asked).rejects.toThrow('aborted');
    await db.query('COMMIT');
  });
  await readUntil(holds, (rows) => rows.length === 0);
  const messages = await messagesOf(owner, team.path, conversation_id);
  expect(messages.map(({ finish_reason }) => finish_reason)).toEqual([null, 'stop', null, 'aborted']);
});

test('a repetition needs no budget', async () => {
  const fresh = await newTeam();
  await addText(fresh.owner, fresh.path, '환불 기한은 14일이다.');
  botPath = await newBotPath(fresh, { model: 'openai/gpt-4o-mini' });
  for (const way of WAYS) {
    key = randomUUID();
    succeeded(await fresh.owner.patch(fresh.path, { monthly_budget_usd: null }));
    const first = await post(way, { as: fresh.owner });
    succeeded(await fresh.owner.patch(fresh.path, { monthly_budget_usd: 0 }));
    expect((await post(way, { as: fresh.owner })).text).toBe(first.text);
    key = randomUUID();
    expect((await post(way, { as: fresh.owner })).status).toBe(429);
  }
});

test('a conversation continues from the repeated answer, not from a second one', async () => {
  const way = WAYS.find(({ name, stream }) => name === 'chat' && !stream)!;
  const { conversation_id, message } = succeeded(await post<ChatAnswer>(way));
  expect((await post<ChatAnswer>(way)).body.message).toEqual(message);
  key = randomUUID();
  const over = { conversation_id, message: '운송비는요?' };
  const [next, again] = [await post<ChatAnswer>(way, { over }), await post<ChatAnswer>(way, { over })];
  expect(again.body).toEqual(next.body);
  const messages = await messagesOf(owner, team.path, conversation_id);
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant']);
  expect(messages[3]?.id).toBe(next.body.message.id);
});

test.each(WAYS)('$name with stream: $stream is stored encrypted only', async (way) => {
  await post(way);
  const { rows } = await withDatabase((db) =>
    db.query<{ response: Buffer }>('SELECT response FROM idempotency_keys WHERE key = $1', [key]),
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.response.length).toBeGreaterThan(300);
  expect(rows[0]?.response.toString()).not.toMatch(/14일|delta|content/);
});
