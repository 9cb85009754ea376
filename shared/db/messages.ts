import type { Owner } from './conversations.ts';
import { OWNED } from './conversations.ts';
import { isWithheld, sourcesOf, type Withholdable, withHidden, withhold } from './message-sources.ts';
import { SEE_EVERYTHING } from './reader.ts';
import { type Db, inTeam, teamRows } from './scope.ts';

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
  /** The documents that an answer was made from. */
  source_ids: string[];
} & Withholdable;

const MESSAGE_COLUMNS = `m.id, m.role, m.content, m.citations, m.finish_reason, m.model, m.input_tokens, m.output_tokens,
  m.cost_usd::float8 AS cost_usd, m.rating, m.comment, m.tentative, m.created_at,
  ARRAY(SELECT jsonb_object_keys(m.sources)) AS source_ids`;

/** What became of a question, for the list that admins review. */
export const OUTCOMES = ['answered', 'no_context', 'unverified', 'error', 'small_talk'] as const;
export type Outcome = (typeof OUTCOMES)[number];

type NewMessage = Pick<MessageRow, 'id' | 'role' | 'content'> & {
  outcome?: Outcome;
  tentative?: boolean;
  /** The documents that an answer was made from. */
  source_ids?: string[];
  /** The question that an answer answers. An answer whose question has been replaced does not stand either. */
  question_id?: string;
  /** Where the message does not stand in its conversation from the beginning: the one that does in its place. */
  replaced_by?: string | null;
} & Partial<
    Pick<MessageRow, 'citations' | 'finish_reason' | 'model' | 'input_tokens' | 'output_tokens' | 'cost_usd'>
  >;

/** Adds a message to a conversation. With sources, the transaction sees everything after it. */
export async function insert(
  teamId: string,
  conversationId: string,
  message: NewMessage,
  db?: Db,
): Promise<void> {
  const { citations = [], tentative = false, source_ids = [], ...rest } = message;
  await inTeam(
    teamId,
    async (scoped) => {
      // The asker may have lost a source while he was answered: it counts all the same.
      if (source_ids.length > 0) await scoped.query(SEE_EVERYTHING);
      await scoped.query(
        `INSERT INTO messages (id, team_id, conversation_id, role, content, citations, finish_reason, model, input_tokens,
       output_tokens, cost_usd, outcome, tentative, question_id, replaced_by, sources, replaced_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, ${sourcesOf('$2', '$16')}, CASE WHEN $15::uuid IS NULL
       THEN (SELECT replaced_at FROM messages WHERE team_id = $2 AND id = $14) ELSE now() END)`,
        [
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
          source_ids,
        ],
      );
    },
    db,
  );
}

/** One page of the messages that stand in a conversation, oldest first: those with ids above `after`. */
export function list(
  teamId: string,
  conversationId: string,
  { limit, after }: { limit: number; after: string | null },
): Promise<MessageRow[]> {
  return listStanding(teamId, { values: [conversationId, after, limit], rest: '> $3) ORDER BY m.id' });
}

/** One page of the messages that stand in a conversation, newest first: those with ids below `before`. */
export function listNewest(
  teamId: string,
  conversationId: string,
  { limit, before }: { limit: number; before: string | null },
): Promise<MessageRow[]> {
  return listStanding(teamId, { values: [conversationId, before, limit], rest: '< $3) ORDER BY m.id DESC' });
}

/** `values`: the conversation, the id at which the page begins, the limit. */
type Standing = { values: [string, string | null, number]; rest: string };

/** An answer made from documents that the reader no longer sees has no text. */
async function listStanding(teamId: string, { values, rest }: Standing): Promise<MessageRow[]> {
  return await withHidden(teamId, async (hidden, db) => {
    const { rows } = await db.query<Omit<MessageRow, 'withheld_in'> & { is_withheld: boolean }>(
      `SELECT ${MESSAGE_COLUMNS}, ${isWithheld('$5')} AS is_withheld FROM messages m
       WHERE m.team_id = $1 AND m.conversation_id = $2 AND m.replaced_at IS NULL
         AND ($3::uuid IS NULL OR m.id ${rest} LIMIT $4`,
      [teamId, ...values, hidden],
    );
    return rows.map((row) => withhold(row, 'content'));
  });
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
