import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

/** Ids of a team that has a row in every table with a `team_id`. */
export type TeamRows = { team: string; user: string; key: string; bot: string };

/** Inserts such a team as the tables' owner, with new ids, so that tests do not share rows. */
export async function insertTeamRows(client: Client): Promise<TeamRows> {
  const id = {
    team: randomUUID(),
    user: randomUUID(),
    key: randomUUID(),
    collection: randomUUID(),
    document: randomUUID(),
    bot: randomUUID(),
    conversation: randomUUID(),
  };
  const insert = (table: string, row: Record<string, unknown>) => {
    const columns = Object.keys(row);
    const places = columns.map((_, index) => `$${index + 1}`);
    return client.query(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`,
      Object.values(row),
    );
  };
  await insert('users', {
    id: id.user,
    issuer: 'test',
    subject: id.user,
    email: `${id.user}@example.com`,
    name: 'x',
  });
  await insert('teams', { id: id.team, name: 'x' });
  await insertPeople(insert, id);
  await insertKnowledge(insert, id);
  await insertChat(insert, id);
  return { team: id.team, user: id.user, key: id.key, bot: id.bot };
}

type Insert = (table: string, row: Record<string, unknown>) => Promise<unknown>;
type Ids = Record<'team' | 'user' | 'key' | 'collection' | 'document' | 'bot' | 'conversation', string>;

async function insertPeople(insert: Insert, { team: team_id, user, key }: Ids): Promise<void> {
  const until = new Date(Date.now() + 86_400_000);
  await insert('memberships', { team_id, user_id: user, role: 'owner' });
  await insert('invitations', {
    id: randomUUID(),
    team_id,
    email: `${key}@example.com`,
    role: 'viewer',
    token_hash: 'x',
    invited_by: user,
    expires_at: until,
  });
  await insert('api_keys', { id: key, team_id, name: 'x', secret_hash: 'x', scopes: [], created_by: user });
  const transfer = { id: randomUUID(), kind: 'team_export', status: 'ready', expires_at: until };
  await insert('transfers', { ...transfer, team_id, user_id: user });
  const entry = randomUUID();
  await insert('audit_log', { id: entry, team_id, actor_user_id: user, action: 'x' });
  await insert('audit_details', { entry_id: entry, team_id, actor_user_id: user });
  const webhook = randomUUID();
  await insert('webhooks', { id: webhook, team_id, url: 'x', events: [], secret: 'x', created_by: user });
  await insert('webhook_deliveries', {
    team_id,
    webhook_id: webhook,
    event_id: entry,
    event: 'x',
    due_at: null,
  });
  await insert('outbox', { id: randomUUID(), team_id, task: 'delete_team', due_at: until });
  await insertIssuer(insert, { team_id, user_id: user });
}

async function insertIssuer(
  insert: Insert,
  { team_id, user_id }: { team_id: string; user_id: string },
): Promise<void> {
  const identity_provider_id = randomUUID();
  await insert('identity_providers', {
    id: identity_provider_id,
    team_id,
    issuer: 'x',
    client_id: 'x',
    sealed_secret: Buffer.from('x'),
  });
  await insert('identity_provider_domains', {
    team_id,
    identity_provider_id,
    domain: 'x.example',
    proof: 'x',
  });
  await insert('logout_tokens', {
    team_id,
    identity_provider_id,
    token_hash: identity_provider_id,
    expires_at: new Date(Date.now() + 86_400_000),
  });
  await insert('identity_provider_people', { team_id, identity_provider_id, user_id });
}

async function insertKnowledge(insert: Insert, ids: Ids): Promise<void> {
  const { team: team_id, user, collection, document } = ids;
  await insert('collections', { id: collection, team_id, name: 'x' });
  await insert('collection_members', { team_id, collection_id: collection, user_id: user });
  await insert('documents', {
    id: document,
    team_id,
    collection_id: collection,
    filename: 'x',
    content_type: 'text/plain',
    size_bytes: 1,
    status: 'ready',
    object_key: 'x',
    created_by: user,
  });
  await insert('chunks', {
    id: randomUUID(),
    team_id,
    document_id: document,
    generation: 1,
    ordinal: 0,
    text: 'x',
    start_offset: 0,
    end_offset: 1,
    token_count: 1,
  });
  await insert('postings', {
    team_id,
    term: 'x',
    document_id: document,
    generation: 1,
    ordinals: [0],
    frequencies: [1],
    lengths: [1],
  });
}

async function insertChat(insert: Insert, ids: Ids): Promise<void> {
  const { team: team_id, user, key, collection, bot, conversation } = ids;
  await insert('bots', {
    id: bot,
    team_id,
    name: 'x',
    description: '',
    instructions: '',
    model: 'builtin/extractive',
    temperature: 0,
    max_output_tokens: 16,
    retrieval_mode: 'hybrid',
    top_k: 1,
    min_score: 0,
    no_answer: 'refuse',
    language: 'auto',
  });
  await insert('bot_collections', { team_id, bot_id: bot, collection_id: collection });
  await insert('conversations', {
    id: conversation,
    team_id,
    bot_id: bot,
    user_id: user,
    api_key_id: key,
    title: 'x',
  });
  const message = randomUUID();
  await insert('messages', {
    id: message,
    team_id,
    conversation_id: conversation,
    role: 'user',
    content: 'x',
  });
  await insert('cited_documents', { team_id, document_id: ids.document, message_id: message });
  await insert('usage_events', {
    id: randomUUID(),
    team_id,
    user_id: user,
    model: 'x',
    input_tokens: 0,
    output_tokens: 0,
    cost_usd: 0,
  });
  await insert('reservations', {
    id: randomUUID(),
    team_id,
    amount_usd: 0,
    expires_at: new Date(),
  });
}
