import type { Db } from './scope.ts';

type Row = Record<string, unknown>;

/** Inserts a collection of an imported team, unless it is there. */
export async function insertCollection(teamId: string, row: Row, db: Db): Promise<void> {
  await db.query(
    `INSERT INTO collections (id, team_id, name, description, max_tokens, overlap_tokens, access, is_default)
     VALUES ($1, $2, $3, $4, $5, $6, $7, false) ON CONFLICT DO NOTHING`,
    [row.id, teamId, row.name, row.description, row.max_tokens, row.overlap_tokens, row.access],
  );
}

/** Gives the default collection of an imported team, which is empty, its id and its settings. */
export async function adoptDefaultCollection(teamId: string, row: Row, db: Db): Promise<void> {
  await db.query(
    `UPDATE collections SET id = $2, name = $3, description = $4, max_tokens = $5, overlap_tokens = $6
     WHERE team_id = $1 AND is_default`,
    [teamId, row.id, row.name, row.description, row.max_tokens, row.overlap_tokens],
  );
}

/** Inserts a conversation of a user with its messages and what they cite, at their old times, unless it or its bot is not there. */
export async function insertConversation(
  teamId: string,
  { messages, ...row }: Row & { messages: Row[] },
  db: Db,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `INSERT INTO conversations (id, team_id, bot_id, user_id, title, pinned, created_at)
     SELECT $1, $2, b.id, $4, $5, $6, $7 FROM bots b WHERE b.team_id = $2 AND b.id = $3 ON CONFLICT DO NOTHING`,
    [row.id, teamId, row.bot_id, row.user_id, row.title, row.pinned, row.created_at],
  );
  if (rowCount === 0) return false;
  await db.query(
    `INSERT INTO messages (id, team_id, conversation_id, role, content, citations, finish_reason, model, input_tokens,
       output_tokens, cost_usd, rating, comment, question_id, outcome, created_at, sources)
     SELECT m.id, $1, $2, m.role, m.content, m.citations, m.finish_reason, m.model, m.input_tokens, m.output_tokens,
       m.cost_usd, m.rating, m.comment, m.question_id, m.outcome, m.created_at, m.sources
     FROM jsonb_to_recordset($3::jsonb) AS m (id uuid, role text, content text, citations jsonb, finish_reason text,
       model text, input_tokens integer, output_tokens integer, cost_usd numeric, rating text, comment text, question_id uuid,
       outcome text, created_at timestamptz, sources jsonb)
     ON CONFLICT DO NOTHING`,
    [teamId, row.id, JSON.stringify(messages)],
  );
  await db.query(
    `INSERT INTO cited_documents (team_id, document_id, message_id)
     SELECT DISTINCT $1::uuid, (cited ->> 'document_id')::uuid, m.id
     FROM messages m, jsonb_array_elements(m.citations) cited WHERE m.team_id = $1 AND m.conversation_id = $2
     ON CONFLICT DO NOTHING`,
    [teamId, row.id],
  );
  return true;
}
