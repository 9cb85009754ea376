import { isWithheld, withHidden } from './message-sources.ts';
import { type Db, teamRows } from './scope.ts';

/** Owner of a conversation: a user, or one API key of that user. No one else sees it, not even in the team. */
export type Owner = { userId: string; keyId: string | null };

export type ConversationRow = {
  id: string;
  bot_id: string;
  title: string;
  pinned: boolean;
  created_at: Date;
};

/** Condition: conversation `c` belongs to the owner in $2, $3 of team $1. */
export const OWNED = 'c.team_id = $1 AND c.user_id = $2 AND c.api_key_id IS NOT DISTINCT FROM $3';
const COLUMNS = 'c.id, c.bot_id, c.title, c.pinned, c.created_at';

type NewConversation = { id: string; botId: string; title: string };

/** Inserts a conversation. */
export async function insert(teamId: string, owner: Owner, conversation: NewConversation): Promise<void> {
  await teamRows(
    teamId,
    'INSERT INTO conversations (id, team_id, bot_id, user_id, api_key_id, title) VALUES ($1, $2, $3, $4, $5, $6)',
    { values: [conversation.id, teamId, conversation.botId, owner.userId, owner.keyId, conversation.title] },
  );
}

/** One conversation of the owner. */
export async function find(
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

type ConversationPage = {
  limit: number;
  before: string | null;
  botId: string | null;
  pinned: boolean | null;
  /** Text that the title or a message contains, in any case. */
  text: string | null;
};

/** One page of the owner's conversations, newest first. The text of an answer that is withheld finds nothing. */
export async function list(teamId: string, owner: Owner, page: ConversationPage): Promise<ConversationRow[]> {
  return await withHidden(teamId, async (hidden, db) => {
    const { rows } = await db.query<ConversationRow>(
      `SELECT ${COLUMNS} FROM conversations c WHERE ${OWNED} AND ($4::uuid IS NULL OR c.id < $4)
         AND ($5::uuid IS NULL OR c.bot_id = $5) AND ($6::boolean IS NULL OR c.pinned = $6)
         AND ($7::text IS NULL OR strpos(lower(c.title), lower($7)) > 0 OR EXISTS (
           SELECT FROM messages m WHERE m.team_id = $1 AND m.conversation_id = c.id AND m.replaced_at IS NULL
             AND strpos(lower(m.content), lower($7)) > 0 AND NOT ${isWithheld('$9')}))
       ORDER BY c.id DESC LIMIT $8`,
      [
        teamId,
        owner.userId,
        owner.keyId,
        page.before,
        page.botId,
        page.pinned,
        page.text,
        page.limit,
        hidden,
      ],
    );
    return rows;
  });
}

/** Renames or pins one of the owner's conversations; undefined leaves a field as it is. */
export async function update(
  teamId: string,
  owner: Owner,
  change: { id: string; title?: string | undefined; pinned?: boolean | undefined },
  db: Db,
): Promise<ConversationRow | null> {
  const rows = await teamRows<ConversationRow>(
    teamId,
    `UPDATE conversations c SET title = coalesce($5, c.title), pinned = coalesce($6, c.pinned)
     WHERE ${OWNED} AND c.id = $4 RETURNING ${COLUMNS}`,
    { values: [teamId, owner.userId, owner.keyId, change.id, change.title, change.pinned], db },
  );
  return rows[0] ?? null;
}

/** Deletes the conversations of a person, and of the person's API keys, whom the transaction `db` removes. */
export async function removeOf(teamId: string, userId: string, db: Db): Promise<void> {
  await db.query('DELETE FROM conversations WHERE team_id = $1 AND user_id = $2', [teamId, userId]);
}

/** Deletes one of the owner's conversations. @returns false when there was none */
export async function remove(teamId: string, owner: Owner, conversationId: string, db: Db): Promise<boolean> {
  const rows = await teamRows(
    teamId,
    `DELETE FROM conversations c WHERE ${OWNED} AND c.id = $4 RETURNING c.id`,
    {
      values: [teamId, owner.userId, owner.keyId, conversationId],
      db,
    },
  );
  return rows.length > 0;
}
