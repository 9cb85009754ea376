import { SCOPES } from '#shared/core/roles.ts';
import {
  type Client,
  type Json,
  newKey,
  newMember,
  newTeam,
  succeeded,
  type Team,
  type User,
} from '#tests/support/api.ts';
import { ask, messagesOf, newBotPath } from '#tests/support/chat.ts';
import { addText } from '#tests/support/upload.ts';

/** Ids by what they name, as `idPositions` calls it: `collection`, `document`, `user`. */
export type Ids = Record<string, string>;

/** A team that has one of everything that has an id, and the ids. */
export type World = { team: Team; colleague: User; ids: Ids };

/** Builds a world. All of its things are the owner's; `user` and `session` are those of a colleague. */
export async function newWorld(): Promise<World> {
  const team = await newTeam();
  const colleague = await newMember(team, 'member');
  const { owner, path } = team;
  const create = (what: string, body: Json) => createdId(owner, `${path}/${what}`, body);
  const collection = await create('collections', { name: 'Rules' });
  const library = await addDocument(team, collection);
  const bot = (await newBotPath(team, { model: 'builtin/extractive' })).split('/').at(-2) ?? '';
  const ids: Ids = {
    ...library,
    collection,
    bot,
    ...(await addConversation(owner, path, bot)),
    team: team.id,
    user: colleague.id,
    session: await sessionOf(colleague),
    key: (await newKey(team, [...SCOPES])).id,
    invitation: await create('invitations', { email: `${team.id}@example.com`, role: 'viewer' }),
    webhook: await create('webhooks', { url: 'http://127.0.0.1:9/hook' }),
    provider: await create('identity-providers', issuerOf(team)),
    ...(await addTransfers(team)),
  };
  return { team, colleague, ids };
}

/** Adds a restricted collection with a document that only admins see, and their ids. */
export async function addRestricted({ team }: World): Promise<Ids> {
  const body = { name: 'Salaries', access: 'restricted' };
  const collection = await createdId(team.owner, `${team.path}/collections`, body);
  const bot = await newBotPath(team, { model: 'builtin/extractive', collection_ids: [collection] });
  return { collection, ...(await addDocument(team, collection)), bot: bot.split('/').at(-2) ?? '' };
}

async function addDocument({ owner, path }: Team, collection: string): Promise<Ids> {
  const { id } = await addText(owner, path, '연차는 15일이다. The annual leave is 15 days.', {
    collection_id: collection,
  });
  const chunks = await owner.get<{ data: { id: string }[] }>(`${path}/documents/${id}/chunks`);
  return { document: id, chunk: succeeded(chunks).data[0]?.id ?? '' };
}

async function addConversation(client: Client, path: string, bot: string): Promise<Ids> {
  const chat = `${path}/bots/${bot}/chat`;
  const { conversation_id } = await ask(client, chat, '연차는 며칠인가요?');
  const messages = await messagesOf(client, path, conversation_id);
  const message = messages.find(({ role }) => role === 'assistant')?.id ?? '';
  return { conversation: conversation_id, message };
}

async function addTransfers({ owner, path }: Team): Promise<Ids> {
  const exported = await createdId(owner, `${path}/exports`);
  const { import: started } = succeeded(
    await owner.post<{ import: { id: string; team_id: string } }>('/v1/teams/import', {
      files: [{ size_bytes: 10 }],
    }),
  );
  const my_export = await createdId(owner, '/v1/me/export');
  return { export: exported, import: started.id, imported_team: started.team_id, my_export };
}

const issuerOf = ({ id }: Team) => ({
  issuer: 'http://localhost:9/issuer',
  client_id: 'x',
  client_secret: 'x',
  domains: [`${id}.example`],
});

async function createdId(client: Client, path: string, body?: Json): Promise<string> {
  return succeeded(await client.post<{ id: string }>(path, body)).id;
}

async function sessionOf(user: User): Promise<string> {
  return succeeded(await user.get<{ data: { id: string }[] }>('/v1/me/sessions')).data[0]?.id ?? '';
}
