import type { Owner } from './conversations.ts';
import { OWNED } from './conversations.ts';
import { type Db, teamRows } from './scope.ts';

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
  /** Whether the answer says of itself that it may not be the right one. */
  tentative: boolean;
  created_at: Date;
};

const MESSAGE_COLUMNS = `m.id, m.role, m.content, m.citations, m.finish_reason, m.model, m.input_tokens, m.output_tokens,
  m.cost_usd::float8 AS cost_usd, m.rating, m.comment, m.tentative, m.created_at`;

/** What became of a question, for the list that admins review. */
export const OUTCOMES = ['answered', 'no_context', 'unverified', 'error', 'small_talk'] as const;
export type Outcome = (typeof OUTCOMES)[number];

type NewMessage = Pick<MessageRow, 'id' | 'role' | 'content'> & {
  outcome?: Outcome;
  tentative?: boolean;
  /** The question that an answer answers. An answer whose question has been replaced does not stand either. */
  question_id?: string;
  /** Where the message does not stand in its conversation from the beginning: the one that does in its place. */
  replaced_by?: string | null;
} & Partial<
    Pick<MessageRow, 'citations' | 'finish_reason' | 'model' | 'input_tokens' | 'output_tokens' | 'cost_usd'>
  >;

/** Adds a message to a conversation. */
export async function insert(
  teamId: string,
  conversationId: string,
  message: NewMessage,
  db?: Db,
): Promise<void> {
  const { citations = [], tentative = false, ...rest } = message;
  await teamRows(
    teamId,
    `INSERT INTO messages (id, team_id, conversation_id, role, content, citations, finish_reason, model, input_tokens,
       output_tokens, cost_usd, outcome, tentative, question_id, replaced_by, replaced_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, CASE WHEN $15::uuid IS NULL
       THEN (SELECT replaced_at FROM messages WHERE team_id = $2 AND id = $14) ELSE now() END)`,
    {
      values: [
        rest.id,
        teamId,
        conversationId,
        rest.role,
        rest.content,
        JSON.stringify(citations),
        rest.finish_reason,
        rest.model,
        rest.input_tokens,
        rest.output_tokens,
        rest.cost_usd,
        rest.outcome,
        tentative,
        rest.question_id,
        rest.replaced_by,
      ],
      db,
    },
  );
}

/** One page of the messages that stand in a conversation, oldest first: those with ids above `after`. */
export function list(
  teamId: string,
  conversationId: string,
  page: { limit: number; after: string | null },
): Promise<MessageRow[]> {
  return teamRows(
    teamId,
    `SELECT ${MESSAGE_COLUMNS} FROM messages m
     WHERE m.team_id = $1 AND m.conversation_id = $2 AND m.replaced_at IS NULL AND ($3::uuid IS NULL OR m.id > $3)
     ORDER BY m.id LIMIT $4`,
    { values: [teamId, conversationId, page.after, page.limit] },
  );
}

/** One page of the messages that stand in a conversation, newest first: those with ids below `before`. */
export function listNewest(
  teamId: string,
  conversationId: string,
  { limit, before }: { limit: number; before: string | null },
): Promise<MessageRow[]> {
  return teamRows(
    teamId,
    `SELECT ${MESSAGE_COLUMNS} FROM messages m
     WHERE m.team_id = $1 AND m.conversation_id = $2 AND m.replaced_at IS NULL AND ($3::uuid IS NULL OR m.id < $3)
     ORDER BY m.id DESC LIMIT $4`,
    { values: [teamId, conversationId, before, limit] },
  );
}

type Feedback = { messageId: string; rating: 'up' | 'down'; comment: string | null };

/** Rates an answer that stands in one of the owner's conversations. @returns false when there is no such answer */
export async function saveFeedback(
  teamId: string,
  owner: Owner,
  { messageId, rating, comment }: Feedback,
): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `UPDATE messages m SET rating = $5, comment = $6 FROM conversations c
     WHERE ${OWNED} AND m.team_id = $1 AND m.conversation_id = c.id AND m.id = $4 AND m.role = 'assistant'
       AND m.replaced_at IS NULL RETURNING m.id`,
    { values: [teamId, owner.userId, owner.keyId, messageId, rating, comment] },
  );
  return rows.length > 0;
}
