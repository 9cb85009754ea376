import type { Owner } from './conversations.ts';
import { OWNED } from './conversations.ts';
import { type Db, teamRows } from './scope.ts';

/** A message that stands in its conversation, and the bot of that conversation. */
export type CurrentMessage = { id: string; conversation_id: string; bot_id: string };

/** Serializes transactions that change which messages stand in a conversation, until `db` ends. */
export async function lockConversation(teamId: string, conversationId: string, db: Db): Promise<void> {
  await db.query('SELECT FROM conversations WHERE team_id = $1 AND id = $2 FOR UPDATE', [
    teamId,
    conversationId,
  ]);
}

/**
 * The message that stands in the place of `messageId`, in one of the owner's conversations: that message itself, or
 * the one that replaced it. A repeated request, which knows the older id only, thus has the same effect.
 * @returns null when there is none, for one of another role, and for one that was dropped
 */
export async function findCurrent(
  teamId: string,
  owner: Owner,
  { messageId, role, db }: { messageId: string; role: 'user' | 'assistant'; db?: Db },
): Promise<CurrentMessage | null> {
  const rows = await teamRows<CurrentMessage>(
    teamId,
    `WITH RECURSIVE place AS (
       SELECT m.id, m.conversation_id, c.bot_id, m.replaced_at, m.replaced_by
       FROM conversations c JOIN messages m ON m.team_id = c.team_id AND m.conversation_id = c.id
       WHERE ${OWNED} AND m.id = $4 AND m.role = $5
       UNION
       SELECT next.id, next.conversation_id, place.bot_id, next.replaced_at, next.replaced_by
       FROM place JOIN messages next ON next.team_id = $1 AND next.id = place.replaced_by
     )
     SELECT id, conversation_id, bot_id FROM place WHERE replaced_at IS NULL`,
    { values: [teamId, owner.userId, owner.keyId, messageId, role], db },
  );
  return rows[0] ?? null;
}

/** The question that an answer answers. */
export async function findQuestion(
  teamId: string,
  answerId: string,
): Promise<{ id: string; content: string } | null> {
  const rows = await teamRows<{ id: string; content: string }>(
    teamId,
    `SELECT q.id, q.content FROM messages m JOIN messages q ON q.team_id = $1 AND q.conversation_id = m.conversation_id
       AND q.role = 'user' AND CASE WHEN m.question_id IS NULL THEN q.id < m.id ELSE q.id = m.question_id END
     WHERE m.team_id = $1 AND m.id = $2 ORDER BY q.id DESC LIMIT 1`,
    { values: [teamId, answerId] },
  );
  return rows[0] ?? null;
}

type Replacement = { conversationId: string; replaced: string; by: string };

/** Takes a question and all that came after it out of the conversation, for a question that stands in its place. */
export async function retireFrom(
  teamId: string,
  { conversationId, replaced, by }: Replacement,
  db: Db,
): Promise<void> {
  await db.query(
    `UPDATE messages SET replaced_at = now(), replaced_by = CASE WHEN id = $3 THEN $4::uuid END
     WHERE team_id = $1 AND conversation_id = $2 AND id >= $3 AND replaced_at IS NULL`,
    [teamId, conversationId, replaced, by],
  );
}

/**
 * Takes the answers to a question out of the conversation, and what followed them when the new answer was begun.
 * What has been asked since then stays: its asker saw the older answer, and waits for one of his own.
 */
export async function retireAnswers(
  teamId: string,
  { conversationId, questionId, replaced, by }: Replacement & { questionId: string },
  db: Db,
): Promise<void> {
  await db.query(
    `UPDATE messages SET replaced_at = now(),
       replaced_by = CASE WHEN id = $4 OR question_id = $3 THEN $5::uuid END
     WHERE team_id = $1 AND conversation_id = $2 AND replaced_at IS NULL
       AND ((id > $3 AND id < $5) OR question_id = $3)`,
    [teamId, conversationId, questionId, replaced, by],
  );
}
