import { type Db, teamRows } from './scope.ts';

/** Whose a conversation is: a person's own, or an API key's. Nobody else sees it, colleagues included. */
export type Owner = { userId: string; keyId: string | null };

export type ConversationRow = { id: string; bot_id: string; title: string; created_at: Date };

const OWNED = 'c.team_id = $1 AND c.user_id = $2 AND c.api_key_id IS NOT DISTINCT FROM $3';
const COLUMNS = 'c.id, c.bot_id, c.title, c.created_at';

type NewConversation = { id: string; botId: string; title: string };

/** Begins a conversation. */
export async function insertConversation(
  teamId: string,
  owner: Owner,
  conversation: NewConversation,
): Promise<void> {
  await teamRows(
    teamId,
    'INSERT INTO conversations (id, team_id, bot_id, user_id, api_key_id, title) VALUES ($1, $2, $3, $4, $5, $6)',
    { values: [conversation.id, teamId, conversation.botId, owner.userId, owner.keyId, conversation.title] },
  );
}

/** One conversation of the owner's. */
export async function findConversation(
  teamId: string,
  owner: Owner,
  conversationId: string,
): Promise<ConversationRow | null> {
  const rows = await teamRows<ConversationRow>(
    teamId,
    `SELECT ${COLUMNS} FROM conversations c WHERE ${OWNED} AND c.id = $4`,
    {
      values: [teamId, owner.userId, owner.keyId, conversationId],
    },
  );
  return rows[0] ?? null;
}

type ConversationPage = { limit: number; before: string | null; botId: string | null };

/** The owner's conversations, newest first. */
export function listConversations(
  teamId: string,
  owner: Owner,
  page: ConversationPage,
): Promise<ConversationRow[]> {
  return teamRows(
    teamId,
    `SELECT ${COLUMNS} FROM conversations c WHERE ${OWNED} AND ($4::uuid IS NULL OR c.id < $4)
       AND ($5::uuid IS NULL OR c.bot_id = $5) ORDER BY c.id DESC LIMIT $6`,
    { values: [teamId, owner.userId, owner.keyId, page.before, page.botId, page.limit] },
  );
}

/** Deletes one of the owner's conversations. @returns false when there was none */
export async function deleteConversation(
  teamId: string,
  owner: Owner,
  conversationId: string,
): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `DELETE FROM conversations c WHERE ${OWNED} AND c.id = $4 RETURNING c.id`,
    {
      values: [teamId, owner.userId, owner.keyId, conversationId],
    },
  );
  return rows.length > 0;
}

export type MessageRow = {
  id: string;
  role: 'user' | 'assistant';
  content: string;
  citations: unknown[];
  finish_reason: string | null;
  model: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  rating: 'up' | 'down' | null;
  comment: string | null;
  created_at: Date;
};

const MESSAGE_COLUMNS = `m.id, m.role, m.content, m.citations, m.finish_reason, m.model, m.input_tokens, m.output_tokens,
  m.cost_usd::float8 AS cost_usd, m.rating, m.comment, m.created_at`;

type NewMessage = Pick<MessageRow, 'id' | 'role' | 'content'> &
  Partial<
    Pick<MessageRow, 'citations' | 'finish_reason' | 'model' | 'input_tokens' | 'output_tokens' | 'cost_usd'>
  >;

/** Adds a message to a conversation. */
export async function insertMessage(
  teamId: string,
  conversationId: string,
  message: NewMessage,
  db?: Db,
): Promise<void> {
  const {
    id,
    role,
    content,
    citations = [],
    finish_reason,
    model,
    input_tokens,
    output_tokens,
    cost_usd,
  } = message;
  await teamRows(
    teamId,
    `INSERT INTO messages (id, team_id, conversation_id, role, content, citations, finish_reason, model, input_tokens,
       output_tokens, cost_usd) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    {
      values: [
        id,
        teamId,
        conversationId,
        role,
        content,
        JSON.stringify(citations),
        finish_reason,
        model,
        input_tokens,
        output_tokens,
        cost_usd,
      ],
      db,
    },
  );
}

/** A conversation's messages, oldest first, behind `after`. */
export function listMessages(
  teamId: string,
  conversationId: string,
  page: { limit: number; after: string | null },
): Promise<MessageRow[]> {
  return teamRows(
    teamId,
    `SELECT ${MESSAGE_COLUMNS} FROM messages m
     WHERE m.team_id = $1 AND m.conversation_id = $2 AND ($3::uuid IS NULL OR m.id > $3) ORDER BY m.id LIMIT $4`,
    { values: [teamId, conversationId, page.after, page.limit] },
  );
}

/** The last messages of a conversation, oldest first. */
export async function listLastMessages(
  teamId: string,
  conversationId: string,
  limit: number,
): Promise<MessageRow[]> {
  const rows = await teamRows<MessageRow>(
    teamId,
    `SELECT ${MESSAGE_COLUMNS} FROM messages m WHERE m.team_id = $1 AND m.conversation_id = $2 ORDER BY m.id DESC LIMIT $3`,
    { values: [teamId, conversationId, limit] },
  );
  return rows.toReversed();
}

type Feedback = { messageId: string; rating: 'up' | 'down'; comment: string | null };

/** Rates an answer in one of the owner's conversations. @returns false when there is no such answer */
export async function saveFeedback(
  teamId: string,
  owner: Owner,
  { messageId, rating, comment }: Feedback,
): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `UPDATE messages m SET rating = $5, comment = $6 FROM conversations c
     WHERE ${OWNED} AND m.team_id = $1 AND m.conversation_id = c.id AND m.id = $4 AND m.role = 'assistant' RETURNING m.id`,
    { values: [teamId, owner.userId, owner.keyId, messageId, rating, comment] },
  );
  return rows.length > 0;
}
