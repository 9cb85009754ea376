import {
  expectProblem,
  type Json,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { ask, callsAbout, mark, newBotPath } from '#tests/support/chat.ts';
import { type OwnApi, startOwnApi } from '#tests/support/own-api/own-api.ts';
import { addText } from '#tests/support/upload.ts';

let team: Team;

beforeEach(async () => {
  team = await newTeam();
});

const switchOff = () => team.owner.patch(team.path, { external_models: false });

test('a team may use external models until an owner switches them off', async () => {
  expect(succeeded(await team.owner.get(team.path)).external_models).toBe(true);
  const admin = await newMember(team, 'admin');
  expectProblem(await admin.patch(team.path, { external_models: false }), 403, 'insufficient_role');
  expect(succeeded(await switchOff()).external_models).toBe(false);
  const { data } = succeeded(
    await team.owner.get<{ data: Json[] }>(`${team.path}/audit-log?action=team.updated`),
  );
  expect(data[0]).toMatchObject({ before: { external_models: true }, after: { external_models: false } });
});

test('switched off, no text of the team reaches an external model: not by chat, rewriting, or clients of OpenAI', async () => {
  await addText(team.owner, team.path, 'The office opens at nine.');
  const chat = await newBotPath(team);
  const { conversation_id: conversationId } = await ask(team.owner, chat, 'When does the office open?');
  succeeded(await switchOff());
  const word = mark();
  const message = { message: `And when does it close? ${word}`, conversation_id: conversationId };
  for (const stream of [true, false])
    expectProblem(await team.owner.post(chat, { ...message, stream }), 403, 'external_model_off');
  const key = await newKey(team, ['chat']);
  const body = { model: chat.split('/').at(-2), messages: [{ role: 'user', content: word }] };
  const refused = await key.post<{ error: Json }>('/v1/chat/completions', body);
  expect([refused.status, refused.body.error.code]).toEqual([403, 'external_model_off']);
  const path = `${team.path}/conversations/${conversationId}/messages`;
  const { data } = succeeded(await team.owner.get<{ data: Json[] }>(path));
  const answer = data.find(({ role }) => role === 'assistant');
  expectProblem(
    await team.owner.post(`${team.path}/messages/${String(answer?.id)}/regenerate`),
    403,
    'external_model_off',
  );
  expect(await callsAbout(word)).toEqual([]);
});

test('switched off, no bot gets an external model, and one without a model gets the built-in one', async () => {
  succeeded(await switchOff());
  const post = (body: Json) => team.owner.post(`${team.path}/bots`, { name: 'bot', ...body });
  for (const models of [
    { model: 'openai/gpt-stub' },
    { model: 'builtin/extractive', fallback_model: 'openai/gpt-stub' },
  ])
    expectProblem(await post(models), 403, 'external_model_off');
  const bot = succeeded(await post({}));
  expect(bot.model).toBe('builtin/extractive');
  const change = { model: 'anthropic/claude-haiku-5-5' };
  expectProblem(await team.owner.patch(`${team.path}/bots/${String(bot.id)}`, change), 403);
  const { data } = succeeded(await team.owner.get<{ data: Json[] }>(`${team.path}/llm-models`));
  expect(data.map(({ provider }) => provider)).toEqual(['builtin']);
});

test('an external fallback is never called', async () => {
  const chat = await newBotPath(team, { model: 'builtin/extractive', fallback_model: 'openai/gpt-stub' });
  succeeded(await switchOff());
  const word = mark();
  succeeded(await team.owner.post(chat, { message: `What is ${word}?`, stream: false }));
  expect(await callsAbout(word)).toEqual([]);
});

describe('a provider that the operator runs', () => {
  let api: OwnApi;

  beforeAll(async () => {
    api = await startOwnApi();
    await api.set('llm', { INTERNAL_LLM_PROVIDERS: 'openai' });
  });

  afterAll(async () => {
    await api.set('llm', { INTERNAL_LLM_PROVIDERS: null });
    await api.close();
  });

  test('goes on answering, others do not', async () => {
    succeeded(await switchOff());
    const owner = api.client(team.owner.credential);
    const post = (model: string) => owner.post(`${team.path}/bots`, { name: 'bot', model });
    const bot = succeeded(await post('openai/gpt-stub'));
    expectProblem(await post('anthropic/claude-haiku-5-5'), 403, 'external_model_off');
    succeeded(
      await owner.post(`${team.path}/bots/${String(bot.id)}/chat`, { message: 'hello', stream: false }),
    );
  });
});
