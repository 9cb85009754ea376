import {
  type Client,
  expectProblem,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
} from '#tests/support/api.ts';
import { ask, newBotPath } from '#tests/support/chat.ts';
import { addText } from '#tests/support/upload.ts';

type Question = {
  message_id: string;
  bot_id: string;
  asked_by: string;
  question: string;
  answer: string;
  outcome: string;
  rating: string | null;
  comment: string | null;
};
type Page = { data: Question[]; next_cursor: string | null };

let team: Team;
let owner: Client;
let asked: { answered: string; refused: string };

beforeAll(async () => {
  team = await newTeam();
  owner = team.owner;
  await addText(owner, team.path, '# 환불\n\n환불은 14일 안에 된다.', { title: '환불.md' });
  const bot = await newBotPath(team);
  const member = await newMember(team, 'member');
  const answered = (await ask(member, bot, '환불은 며칠 안에 되나요?')).message.id;
  const refused = (await ask(owner, bot, 'Who painted the Mona Lisa?')).message.id;
  await member.post(`${team.path}/messages/${answered}/feedback`, { rating: 'down', comment: '=출처?' });
  asked = { answered, refused };
});

const list = async (query = '', reader = owner) =>
  succeeded(await reader.get<Page>(`${team.path}/questions?${query}`));

test('admins see what everybody asked, newest first, with answers, outcomes and ratings', async () => {
  const { data, next_cursor } = await list('', await newMember(team, 'admin'));
  expect(next_cursor).toBeNull();
  expect(data).toMatchObject([
    { message_id: asked.refused, question: 'Who painted the Mona Lisa?', outcome: 'no_context' },
    { message_id: asked.answered, question: '환불은 며칠 안에 되나요?', rating: 'down', comment: '=출처?' },
  ]);
});

test.each([
  ['outcome=no_context', () => [asked.refused]],
  ['rating=down', () => [asked.answered]],
  ['q=mona', () => [asked.refused]],
  ['to=2026-01-01', () => []],
  ['limit=1', () => [asked.refused]],
])('?%s filters them', async (query, expected) => {
  expect((await list(query)).data.map(({ message_id }) => message_id)).toEqual(expected());
});

test('pages follow each other', async () => {
  const first = await list('limit=1');
  const rest = await list(`limit=1&cursor=${first.next_cursor}`);
  expect(rest.data.map(({ message_id }) => message_id)).toEqual([asked.answered]);
});

test('as CSV they are a file, in which no cell is a formula', async () => {
  const answer = await owner.request('GET', `${team.path}/questions`, { headers: { Accept: 'text/csv' } });
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(answer.text).toMatch(/created_at,bot_id,asked_by,question,/);
  expect(answer.text).toContain("'=출처?");
});

test('each reading is in the audit log', async () => {
  await list('rating=down');
  const { data } = succeeded(await owner.get<{ data: { action: string }[] }>(`${team.path}/audit-log`));
  expect(data[0]).toMatchObject({ action: 'questions.read' });
});

test('a key with usage:read reads them, other keys and members do not', async () => {
  expect((await list('', await newKey(team, ['usage:read']))).data).toHaveLength(2);
  const chatKey = await newKey(team, ['chat']);
  expectProblem(await chatKey.get(`${team.path}/questions`), 403, 'insufficient_scope');
  const member = await newMember(team, 'member');
  expectProblem(await member.get(`${team.path}/questions`), 403, 'insufficient_role');
});

test('only an owner switches the review off, and then nobody reads', async () => {
  const admin = await newMember(team, 'admin');
  expectProblem(await admin.patch(team.path, { question_review: false }), 403, 'insufficient_role');
  succeeded(await owner.patch(team.path, { question_review: false }));
  expectProblem(await owner.get(`${team.path}/questions`), 403, 'forbidden');
  succeeded(await owner.patch(team.path, { question_review: true }));
  expect((await list()).data).toHaveLength(2);
});

test('questions of another team are not seen', async () => {
  expectProblem(await (await newTeam()).owner.get(`${team.path}/questions`), 404, 'not_found');
});
